import { metric, type Question, ratio } from './harness/question.ts';
import { milliseconds } from './harness/table.ts';

const AT_HAND = 'output at hand';
const NEW = 'new output';
const BY_HAND = 'by hand';
const BY_HAND_RETURNED = 'by hand, copying what a function returns';
const SPLIT = 'splitRows, into `out`';
const SPLIT_RETURNED = 'splitRows, joining what is returned';

export const splitRows: Question = {
  name: 'split-rows',
  asks: 'How long does it take to standardise the rows of a float64 array of 2 GB, and how much memory?',
  rows: ({ quick }) => {
    const spec = {
      sample: 'split-rows',
      nRows: quick ? 2000 : 25_000,
      width: 10_000,
      passes: quick ? 1 : 3,
    } as const;
    return [
      { label: BY_HAND, group: AT_HAND, spec: { ...spec, way: 'byHand', hasOutput: true } },
      { label: SPLIT, group: AT_HAND, spec: { ...spec, way: 'splitRows', hasOutput: true } },
      { label: BY_HAND, group: NEW, spec: { ...spec, way: 'byHand' } },
      { label: SPLIT, group: NEW, spec: { ...spec, way: 'splitRows' } },
      { label: BY_HAND_RETURNED, group: NEW, spec: { ...spec, way: 'byHandReturned' } },
      { label: SPLIT_RETURNED, group: NEW, spec: { ...spec, way: 'splitRowsReturned' } },
    ];
  },
  columns: [
    metric('ms', 'took', milliseconds),
    metric('ofData', 'memory, of array and output', (share) => share.toFixed(2)),
  ],
  bars: (all) => [
    {
      says: 'into an output at hand, times by hand',
      value: ratio(all.median('ms', SPLIT, AT_HAND), all.median('ms', BY_HAND, AT_HAND)),
      wanted: 1.05,
      sense: 'at most',
    },
    {
      says: 'into a new output, times by hand',
      value: ratio(all.median('ms', SPLIT, NEW), all.median('ms', BY_HAND, NEW)),
      wanted: 1.05,
      sense: 'at most',
    },
    {
      says: 'joining what is returned, times by hand with the same function',
      value: ratio(all.median('ms', SPLIT_RETURNED, NEW), all.median('ms', BY_HAND_RETURNED, NEW)),
      wanted: 1.05,
      sense: 'at most',
    },
    {
      says: 'into an output at hand, memory of array and output',
      value: all.median('ofData', SPLIT, AT_HAND),
      wanted: 1.1,
      sense: 'at most',
    },
    {
      says: 'joining what is returned, memory of array and output',
      value: all.median('ofData', SPLIT_RETURNED, NEW),
      wanted: 1.1,
      sense: 'at most',
    },
  ],
};
