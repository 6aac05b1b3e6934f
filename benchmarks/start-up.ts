import { POOLS } from './harness/contestants.ts';
import { metric, type Question, type Row, ratio, type Spec } from './harness/question.ts';
import { milliseconds } from './harness/table.ts';

/** What keeps a process alive until it is closed. */
const MUST_CLOSE = new Set([
  'comlink',
  'jest-worker',
  'limit: bare threads',
  'multithreading',
  'poolifier',
  'threads',
  'workerpool',
]);

const IDLE = 'parajob, all threads up';
const TSX = { nodeOptions: ['--import', 'tsx'] };

export const startUp: Question = {
  name: 'start-up',
  asks: 'How long does it take from the start of the process to the first results, and from there to its end?',
  rows: () => [
    { label: 'node alone', spec: { sample: 'start' } },
    starting('limit: bare threads', 'contestants/limit-posted'),
    starting('parajob', 'contestants/parajob'),
    // The last thread may still be on its way when the first results are there.
    starting(IDLE, 'contestants/parajob', { isReady: true }),
    // Under tsx its preloads are left out of threads that need no TypeScript; `execArgv` puts them back.
    starting('parajob under tsx', 'contestants/parajob', TSX),
    starting('parajob under tsx, preloads in threads', 'contestants/parajob', {
      ...TSX,
      runner: { execArgv: TSX.nodeOptions },
    }),
    ...POOLS.map((pool) => starting(pool, `peers/${pool}`)),
  ],
  columns: [
    metric('firstMs', 'first results', milliseconds),
    metric('exitMs', 'on to the end', milliseconds),
  ],
  bars: (all) => [
    {
      says: 'first results, times piscina',
      value: ratio(all.median('firstMs', 'parajob'), all.median('firstMs', 'piscina')),
      wanted: 1.15,
      sense: 'at most',
    },
    {
      says: 'end of the process with idle threads, ms more than that of piscina',
      value: difference(all.median('exitMs', IDLE), all.median('exitMs', 'piscina')),
      wanted: 2,
      sense: 'at most',
    },
  ],
  elsewhere: [
    'cold pool and two jobs: MPIRE 0.11 - 1.1 s, joblib 0.52 - 1.45 s, ProcessPoolExecutor (fork) 7 - 16 ms (imports not counted)',
  ],
};

function starting(label: string, contestant: string, more: Spec = {}): Row {
  return {
    label,
    spec: { sample: 'start', contestant, job: 'square', inFlight: 2, closes: MUST_CLOSE.has(label), ...more },
  };
}

function difference(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a - b;
}
