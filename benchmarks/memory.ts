import { metric, type Question } from './harness/question.ts';

export const memory: Question = {
  name: 'memory',
  asks: 'Is shared memory given back? Many runs in a loop, each over 100 MB of its own.',
  rows: ({ quick }) => [
    { label: 'parajob', spec: { sample: 'shared-loop', nRuns: quick ? 10 : 200, megabytes: 100 } },
  ],
  columns: [metric('peakMb', 'memory on top', (mb) => `${mb.toFixed(0)} MB`)],
  bars: (all) => [
    {
      says: 'memory on top, in runs',
      value: (all.median('peakMb', 'parajob') ?? Number.NaN) / 100,
      wanted: 2.1,
      sense: 'at most',
    },
  ],
};
