import { JobError } from 'parajob';
import { expect, test } from 'vitest';
import { Retries } from '../../src/run/retries.ts';

const LONGEST_TIMER_MS = 2 ** 31 - 1;

test('a wait never grows beyond what a timer can be set to, for that goes off at once', () => {
  const retries = new Retries({ limit: 9, delay: 1000, backoff: 100, when: () => true, maxDeaths: 2 });
  const waits = [1, 2, 3, 4, 5, 6].map((attempt) =>
    retries.next(
      new JobError('oops', { place: 0, input: 0, workerId: 0, attempt }, { code: 'JOB_FAILED' }),
      false,
    ),
  );
  expect(waits).toEqual([1000, 1e5, 1e7, 1e9, LONGEST_TIMER_MS, LONGEST_TIMER_MS]);
});
