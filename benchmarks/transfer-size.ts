import type { Question } from './harness/question.ts';
import { sweep } from './harness/sweep.ts';

/** Bytes of an array. */
const SIZES = [1024, 4096, 16_384, 65_536, 262_144, 1_048_576];
const NEVER = 2 ** 40;

export const transferSize: Question = sweep({
  name: 'transfer-size',
  asks: 'From how many bytes on is it cheaper to move our copy of a buffer than to have it copied again?',
  file: 'protocol/value-walk.js',
  constant: 'MOVE_FROM_BYTES',
  values: [0, NEVER],
  works: ({ quick }) =>
    Object.fromEntries(
      SIZES.map((bytes) => {
        const nJobs = Math.min(20_000, Math.round((quick ? 2e7 : 2e8) / bytes));
        return [`${bytes / 1024} kB`, { job: 'sum', inputs: 'arrays', nJobs, length: bytes / 8 }];
      }),
    ),
});
