import type { Question } from './harness/question.ts';
import { sweep } from './harness/sweep.ts';

export const groupTime: Question = sweep({
  name: 'group-time',
  asks: 'How long should outcomes of short jobs wait for company, in milliseconds?',
  constant: 'GROUP_MS',
  values: [0.1, 0.2, 0.5, 1, 2, 5, 20],
  works: ({ quick, roundsPerMicrosecond }) => ({
    'a million numbers': { job: 'square', inputs: 'numbers', nJobs: quick ? 1e5 : 1e6 },
    '200 of 1 ms': {
      job: 'spin',
      inputs: 'rounds',
      nJobs: quick ? 20 : 200,
      rounds: Math.round(1000 * roundsPerMicrosecond),
    },
    '20,000 of 20 us': {
      job: 'spin',
      inputs: 'rounds',
      nJobs: quick ? 2000 : 20_000,
      rounds: Math.round(20 * roundsPerMicrosecond),
    },
  }),
});
