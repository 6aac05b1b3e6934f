import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Spec } from './question.ts';

/** More than this part of the machine taken by others, and a sample is taken again. */
const NOISE = 0.08;
const TRIES = 3;
const TIMEOUT_MS = 180_000;

export interface Sample {
  readonly metrics: Readonly<Record<string, number>>;
  /** The part of the machine that other processes took meanwhile; 0 where that cannot be known. */
  readonly noise: number;
  readonly isNoisy: boolean;
}

/** Takes a sample in a process of its own; again, and the calmest, if others kept the machine busy. */
export async function takeSample(node: string, spec: Spec): Promise<Sample> {
  let calmest: Sample | undefined;
  for (let i = 0; i < TRIES; i++) {
    const sample = await takeOnce(node, spec);
    if (calmest === undefined || sample.noise < calmest.noise) calmest = sample;
    if (!calmest.isNoisy) break;
  }
  return calmest!;
}

async function takeOnce(node: string, { sample = 'map', nodeOptions = [], ...spec }: Spec): Promise<Sample> {
  const file = fileURLToPath(new URL(`../samples/${sample}.mjs`, import.meta.url));
  const before = readBusy();
  const ownBefore = process.cpuUsage();
  const spawnedAt = now();
  const { output, endedAt } = await run(node, [...nodeOptions, file, JSON.stringify(spec)]);
  const { processCpuMs = 0, at, ...metrics } = JSON.parse(output) as Record<string, number>;
  const own = process.cpuUsage(ownBefore);
  const after = readBusy();
  const others = after - before - processCpuMs - (own.user + own.system) / 1000;
  // A tick of the system's clock is 10 ms: what is shorter cannot be told from nothing.
  const noise =
    before === 0 ? 0 : Math.max(0, others - 40) / ((endedAt - spawnedAt) * availableParallelism());
  const times = at === undefined ? {} : { firstMs: at - spawnedAt, exitMs: endedAt - at };
  return { metrics: { ...metrics, ...times }, noise, isNoisy: noise > NOISE };
}

function run(node: string, args: readonly string[]): Promise<{ output: string; endedAt: number }> {
  return new Promise((resolve, reject) => {
    // Some rivals warn a lot, which would cost them.
    const child = spawn(node, args, {
      env: { ...process.env, NODE_NO_WARNINGS: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
    });
    let endedAt = 0;
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('exit', () => {
      endedAt = now();
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const output = stdout.trim().split('\n').at(-1) ?? '';
      if (code === 0 && output.startsWith('{')) resolve({ output, endedAt });
      else reject(new Error(signal === null ? reasonIn(stderr) : 'took too long'));
    });
  });
}

function reasonIn(stderr: string): string {
  return (
    /^\s*(?:\w*Error.*|Error.*)$/m.exec(stderr)?.[0].trim() ?? (stderr.trim().split('\n').at(-1) || 'failed')
  );
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Milliseconds that all processors have been busy; 0 where the system does not tell. */
function readBusy(): number {
  try {
    const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0, steal = 0] = readFileSync(
      '/proc/stat',
      'utf8',
    )
      .split('\n', 1)[0]!
      .trim()
      .split(/\s+/)
      .slice(1)
      .map(Number);
    return (user + nice + system + irq + softIrq + steal) * 10;
  } catch {
    return 0;
  }
}
