import type { Question } from './harness/question.ts';
import { sweep } from './harness/sweep.ts';

export const batchTime: Question = sweep({
  name: 'batch-time',
  asks: 'How long should a batch of posted jobs take its lane, in milliseconds?',
  constant: 'BATCH_MS',
  values: [0.25, 0.5, 1, 2, 4, 8, 16],
  works: ({ quick, roundsPerMicrosecond }) => ({
    '200,000 objects': { job: 'describe', inputs: 'objects', nJobs: quick ? 2e4 : 2e5 },
    '80,000 of 5 us': {
      job: 'spinBoxed',
      inputs: 'boxedRounds',
      nJobs: quick ? 8000 : 80_000,
      rounds: Math.round(5 * roundsPerMicrosecond),
    },
    '20,000 of 20 us': {
      job: 'spinBoxed',
      inputs: 'boxedRounds',
      nJobs: quick ? 2000 : 20_000,
      rounds: Math.round(20 * roundsPerMicrosecond),
    },
    '200 unevenly long': {
      job: 'busyFor',
      inputs: 'biggestLast',
      scale: quick ? 0.1 : 1,
      isClocked: true,
      isBoxed: true,
    },
  }),
});
