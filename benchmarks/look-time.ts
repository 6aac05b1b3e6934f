import type { Question } from './harness/question.ts';
import { sweep } from './harness/sweep.ts';

export const lookTime: Question = sweep({
  name: 'look-time',
  asks: 'How often should main look for lanes that are stuck in a long job, in milliseconds?',
  constant: 'LOOK_MS',
  values: [5, 10, 20, 50, 100],
  works: ({ quick }) => ({
    'slow in a million': {
      job: 'busy',
      inputs: 'slowInTheMiddle',
      scale: quick ? 0.1 : 1,
      isClocked: true,
      passes: 3,
    },
    'no-ops, then long': {
      job: 'busy',
      inputs: 'lateSlow',
      scale: quick ? 0.1 : 1,
      isClocked: true,
      passes: 1,
    },
    'a million tiny': {
      job: 'square',
      inputs: 'numbers',
      nJobs: quick ? 1e5 : 1e6,
      run: { outputDtype: 'float64' },
      passes: 9,
    },
  }),
});
