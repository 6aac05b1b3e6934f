import type { Case } from './case.ts';
import { BEGUN, DOOMED, read } from './diary.mjs';
import { RUN_BITS } from './jobs.mjs';
import { scriptOf } from './model.ts';
import type { Seen } from './run-case.ts';

/** What there was, over many cases. */
export interface Counts {
  readonly startedAt: number;
  cases: number;
  runs: number;
  jobs: number;
  /** Threads that were ended in the middle of a job, by the job or for it. */
  kills: number;
  /** Jobs that did something else than return a value, by what they did. */
  readonly faults: Map<string, number>;
  /** Runs that were stopped from outside, by how. */
  readonly stops: Map<string, number>;
}

export function newCounts(): Counts {
  return {
    startedAt: performance.now(),
    cases: 0,
    runs: 0,
    jobs: 0,
    kills: 0,
    faults: new Map(),
    stops: new Map(),
  };
}

const HARMLESS = ['value', 'later', 'talk', 'thenable', 'slow', 'nested', 'reuse'];

export function count(counts: Counts, { runs }: Case, { diary, runs: observed }: Seen): void {
  counts.cases++;
  counts.runs += runs.length;
  for (const { kind, key, attempt } of read(diary)) {
    if (kind === DOOMED) counts.kills++;
    if (kind !== BEGUN) continue;
    counts.jobs++;
    const script = scriptOf(runs[key >> RUN_BITS]!, key & ((1 << RUN_BITS) - 1));
    const act = script[Math.min(Math.max(attempt, 1), script.length) - 1]!;
    if (!HARMLESS.includes(act)) add(counts.faults, act);
  }
  for (const [n, { inputFault }] of runs.entries()) {
    if (inputFault !== undefined) add(counts.faults, `input ${inputFault.type}`);
    const { stoppedBy } = observed[n]!;
    if (stoppedBy !== undefined) add(counts.stops, stoppedBy);
  }
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

export function summary({ startedAt, cases, runs, jobs, kills, faults, stops }: Counts): string {
  const minutes = (performance.now() - startedAt) / 60_000;
  const list = (counts: Map<string, number>) => {
    const sorted = [...counts].sort(([, a], [, b]) => b - a);
    return sorted.map(([name, n]) => `${name} ${n}`).join(', ');
  };
  const sum = [...faults.values()].reduce((total, n) => total + n, 0);
  return [
    `${cases} cases, ${runs} runs, ${jobs} jobs in ${minutes.toFixed(1)} minutes`,
    `${kills} kills`,
    `${sum} faults: ${list(faults)}`,
    `stopped from outside: ${list(stops)}`,
  ].join('\n');
}
