import { claimedLimit, POOLS, parajob, plainLoop, pools, postedLimit } from './harness/contestants.ts';
import { metric, type Question, ratio } from './harness/question.ts';
import { milliseconds } from './harness/table.ts';

const SHARED = 'shared';
const CLONED = 'plain, kept';
const MOVED = 'plain, given away';
const ROWS = 'parajob, rows of one SharedArray';

export const arraysIn: Question = {
  name: 'arrays-in',
  asks: 'How long do the variances of 15 arrays of 80 MB take, and how much memory?',
  rows: ({ quick }) => {
    const work = {
      job: 'variance',
      nJobs: 15,
      length: quick ? 1_000_000 : 10_000_000,
      passes: 3,
      milliseconds: 4000,
      inFlight: 2,
    };
    const shared = { ...work, inputs: 'sharedArrays' };
    const cloned = { ...work, inputs: 'arrays' };
    const moved = { ...cloned, transfer: 'in', usesUp: true };
    return [
      plainLoop(shared, SHARED),
      claimedLimit(shared, SHARED),
      parajob(shared, SHARED),
      parajob({ ...work, inputs: 'sharedRows' }, SHARED, ROWS),
      ...pools(shared, SHARED),
      postedLimit(cloned, CLONED),
      parajob(cloned, CLONED),
      // One of them gives its arrays away, always.
      ...pools(cloned, CLONED).filter(({ label }) => label !== 'multithreading'),
      postedLimit(moved, MOVED),
      ...pools(moved, MOVED),
    ];
  },
  columns: [
    metric('ms', 'took', milliseconds),
    metric('peakMb', 'memory on top', (mb) => `${mb.toFixed(0)} MB`),
  ],
  bars: (all) => {
    const limit = all.median('ms', 'limit: atomic counter', SHARED);
    const onTop = all.median('peakMb', 'parajob', SHARED);
    return [
      {
        says: 'shared, times the limit',
        value: ratio(all.median('ms', 'parajob', SHARED), limit),
        wanted: 1.05,
        sense: 'at most',
      },
      {
        says: 'rows of a SharedArray, times the limit',
        value: ratio(all.median('ms', ROWS, SHARED), limit),
        wanted: 1.05,
        sense: 'at most',
      },
      {
        says: 'shared, memory on top as part of the data',
        value: onTop === undefined ? undefined : onTop / 1200,
        wanted: 0.1,
        sense: 'at most',
      },
      {
        says: 'plain arrays that the caller keeps, times the best clone',
        value: ratio(
          all.median('ms', 'parajob', CLONED),
          all.best('ms', [...POOLS, 'limit: chunked messages'], CLONED, 'least'),
        ),
        wanted: 1,
        sense: 'at most',
      },
    ];
  },
};
