import { claimedLimit, POOLS, parajob, plainLoop, pools, postedLimit } from './harness/contestants.ts';
import { metric, type Question, ratio } from './harness/question.ts';
import { milliseconds } from './harness/table.ts';

const IN_PLACE = 'written in place';
const MOVED = 'given away';
const CLONED = 'plain';
const MESSAGES = 'limit: chunked messages';
const ROW_LENGTH = 131_072;

export const resultsOut: Question = {
  name: 'results-out',
  asks: 'How long do 500 results of 1 MB take?',
  rows: ({ quick }) => {
    const nJobs = quick ? 50 : 500;
    const work = {
      job: 'megabyte',
      inputs: 'plainNumbers',
      nJobs,
      passes: 3,
      milliseconds: 2000,
      inFlight: 4,
    };
    const moved = { ...work, transfer: 'out' };
    return [
      plainLoop(work, CLONED),
      claimedLimit({ ...work, rowLength: ROW_LENGTH }, IN_PLACE),
      parajob({ ...work, run: { outputDtype: 'float64', outputShape: [nJobs, ROW_LENGTH] } }, IN_PLACE),
      postedLimit(moved, MOVED),
      parajob({ ...moved, job: 'movedMegabyte', checkedBy: 'megabyte' }, MOVED),
      ...pools(moved, MOVED),
      postedLimit(work, CLONED),
      parajob(work, CLONED),
      ...pools(work, CLONED),
    ];
  },
  columns: [
    metric('ms', 'took', milliseconds),
    metric('peakMb', 'memory on top', (mb) => `${mb.toFixed(0)} MB`),
  ],
  bars: (all) => [
    {
      says: 'written in place, times the limit',
      value: ratio(
        all.median('ms', 'parajob', IN_PLACE),
        all.median('ms', 'limit: atomic counter', IN_PLACE),
      ),
      wanted: 1.1,
      sense: 'at most',
    },
    {
      says: 'given away, times the best transfer of a pool',
      value: ratio(all.median('ms', 'parajob', MOVED), all.best('ms', POOLS, MOVED, 'least')),
      wanted: 1,
      sense: 'at most',
    },
    {
      says: 'plain, times the best clone',
      value: ratio(
        all.median('ms', 'parajob', CLONED),
        all.best('ms', [...POOLS, MESSAGES], CLONED, 'least'),
      ),
      wanted: 1,
      sense: 'at most',
    },
  ],
};
