import { metric, type Question } from './harness/question.ts';
import { compact } from './harness/table.ts';

const ALONE = 'withLockSync';
const CONTENDED = 'withLockSync, 8 workers want it';

export const arrayLock: Question = {
  name: 'array-lock',
  asks: "How many times a second can an array's lock be taken, and is everyone's share of it the same?",
  rows: ({ quick }) => {
    const spec = { sample: 'array-lock', nWorkers: 8, milliseconds: quick ? 300 : 2000 } as const;
    const times = quick ? 200_000 : 2_000_000;
    return [
      { label: ALONE, spec: { ...spec, way: 'alone', times } },
      { label: 'withLockSync, in a worker', spec: { ...spec, way: 'inThread', times } },
      { label: 'await withLock', spec: { ...spec, way: 'awaited', times: times / 5 } },
      { label: CONTENDED, spec: { ...spec, way: 'contended' } },
    ];
  },
  columns: [
    metric('perSecond', 'turns a second', compact),
    metric('mostToLeast', 'most / least of a worker', (share) => share.toFixed(2)),
  ],
  bars: (all) => [
    {
      says: 'nobody else wants it, millions a second',
      value: (all.median('perSecond', ALONE) ?? Number.NaN) / 1e6,
      wanted: 1,
      sense: 'at least',
    },
    {
      says: '8 workers want it, most turns of one by least',
      value: all.median('mostToLeast', CONTENDED),
      wanted: 2,
      sense: 'at most',
    },
  ],
};
