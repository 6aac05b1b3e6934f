import { chunkedPiscina, claimedLimit, parajob, pools } from './harness/contestants.ts';
import { metric, type Question, type Row } from './harness/question.ts';
import { milliseconds } from './harness/table.ts';

/** Orders that hurt; what hand-chunking would choose for each. */
const ORDERS = [
  { group: 'biggest last', inputs: 'biggestLast', chunk: 7 },
  { group: 'no-ops, then long', inputs: 'lateSlow', chunk: 126 },
  { group: 'four uneven', inputs: 'fourUneven', chunk: 1 },
  { group: 'slow in a million', inputs: 'slowInTheMiddle', chunk: 31_250 },
];
const POSTED = 'parajob, posted';
const HINTED = 'parajob, with costOf';

export const skewedJobs: Question = {
  name: 'skewed-jobs',
  asks: 'How close to the bound of list scheduling do unevenly long jobs get?',
  rows: ({ quick }) =>
    ORDERS.flatMap(({ group, inputs, chunk }): Row[] => {
      const work = { job: 'busy', inputs, scale: quick ? 0.1 : 1, isClocked: true, passes: 1 };
      const ours = [
        claimedLimit({ ...work, chunk: 1 }, group),
        parajob(work, group),
        parajob({ ...work, job: 'busyFor', isBoxed: true }, group, POSTED),
        parajob({ ...work, hint: true }, group, HINTED),
        chunkedPiscina({ ...work, chunk }, group),
      ];
      // A message for each of a million no-ops is not what this question is about.
      return inputs === 'slowInTheMiddle' ? ours : [...ours, ...pools({ ...work, inFlight: 2 }, group)];
    }),
  columns: [
    metric('overBound', 'times the bound', (times) => times.toFixed(3)),
    metric('ms', 'took', milliseconds),
  ],
  bars: (all) => [
    ...ORDERS.map(({ group }) => ({
      says: `${group}: times the bound of that order`,
      value: all.median('overBound', 'parajob', group),
      wanted: 1.02,
      sense: 'at most' as const,
    })),
    // To post a million no-ops takes longer than the slow jobs among them.
    ...ORDERS.slice(0, 3).map(({ group }) => ({
      says: `${group}, posted: times the bound of that order`,
      value: all.median('overBound', POSTED, group),
      wanted: 1.02,
      sense: 'at most' as const,
    })),
    {
      says: 'biggest last, with a cost hint: times half of the sum',
      value: all.median('overHalf', HINTED, 'biggest last'),
      wanted: 1.03,
      sense: 'at most',
    },
  ],
  elsewhere: [
    'no-ops, then long: joblib 2.57 - 2.61 s, MPIRE 3.32 s (ideal 2.0 s; 2 workers, 2 cores, 3 runs)',
    'four uneven: MPIRE 3.12 s; joblib, ProcessPoolExecutor, multiprocessing.Pool 2.0 s (ideal 2.0 s)',
  ],
};
