import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** What the numbers depend on. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  /** How busy the machine was before the first sample: processes that wanted a core, over the last minute. */
  readonly loadBefore: number;
}

export function describeMachine(node: string): Machine {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
    node: execFileSync(node, ['--version'], { encoding: 'utf8' }).trim(),
    loadBefore: loadavg()[0] ?? 0,
  };
}

/** More than this, and the numbers say little. */
const BUSY = 0.5;

export function machineLine({ processor, cores, memoryGb, system, node, loadBefore }: Machine): string {
  const load = loadBefore > BUSY ? `load ${loadBefore.toFixed(2)}: BUSY` : `load ${loadBefore.toFixed(2)}`;
  return `${processor}, ${cores} cores, ${memoryGb} GB, ${system}, Node ${node}, ${load}`;
}
