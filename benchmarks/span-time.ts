import type { Question } from './harness/question.ts';
import { sweep } from './harness/sweep.ts';

export const spanTime: Question = sweep({
  name: 'span-time',
  asks: 'How long should the span be that a lane claims at once, in milliseconds?',
  constant: 'SPAN_MS',
  values: [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2],
  works: ({ quick, roundsPerMicrosecond }) => ({
    'a million tiny': {
      job: 'square',
      inputs: 'numbers',
      nJobs: quick ? 1e5 : 1e6,
      run: { outputDtype: 'float64' },
      passes: 9,
    },
    '20,000 of 20 us': {
      job: 'spin',
      inputs: 'rounds',
      nJobs: quick ? 2000 : 20_000,
      rounds: Math.round(20 * roundsPerMicrosecond),
    },
    '200 unevenly long': { job: 'busy', inputs: 'biggestLast', scale: quick ? 0.1 : 1, isClocked: true },
  }),
});
