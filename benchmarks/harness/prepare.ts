import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { takeSample } from './take-sample.ts';

const PEERS = fileURLToPath(new URL('../peers/', import.meta.url));

/** The rivals are installed the first time that somebody measures. */
export function installPeers(): void {
  if (existsSync(`${PEERS}node_modules`)) return;
  console.log('installing the pools to measure against');
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: PEERS,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
}

/** How many rounds of `spin` take a microsecond: jobs of a given length are made of that. */
export async function calibrate(node: string): Promise<number> {
  const { metrics } = await takeSample(node, { sample: 'calibrate' });
  return metrics.roundsPerMicrosecond!;
}
