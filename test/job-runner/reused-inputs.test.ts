import { JobRunner, type RunOptions, SharedArray } from 'parajob';
import { describe, expect, test } from 'vitest';
import { AttemptWorker } from '../fixtures/jobs/attempt-worker.ts';
import { whereJobsRun, whereThreadsRun } from '../helpers/where-jobs-run.ts';

const silently = { logLevel: 'silent' } as const;
const N = 24;
const expected = Array.from({ length: N }, (_, n) => n);

/** The same object, again and again. */
function* numbered(count = N) {
  const reused = { n: 0 };
  for (reused.n = 0; reused.n < count; reused.n++) yield reused;
}

describe.each(
  whereThreadsRun,
)('%s, an object that its iterator changes is what it was when it was read', (_, options) => {
  test('for threads that have still to start', async () => {
    for (let round = 0; round < 3; round++) {
      await JobRunner.reset();
      expect(await new JobRunner(({ n }: { n: number }) => n, options).runJobs(numbered())).toEqual(expected);
    }
  });

  test('for a job whose thread another one has ended', async () => {
    const deadly = ({ n }: { n: number }) => {
      if (n % 8 === 3) process.exit(1);
      return n;
    };
    const run: RunOptions & { returnExceptions: true } = { ...silently, returnExceptions: true };
    const [results, exceptions] = await new JobRunner(deadly, options).runJobs(numbered(), run);
    expect(results).toEqual(expected.map((n) => (n % 8 === 3 ? Number.NaN : n)));
    expect(exceptions.map(({ place }) => place)).toEqual([3, 11, 19]);
  });

  test('for a job that is tried again', async () => {
    function* attempts() {
      const reused = new Float64Array(1);
      for (let n = 0; n < N; n++) {
        reused[0] = 1 + (n % 3);
        yield reused as unknown as number;
      }
    }
    const results = await new JobRunner(AttemptWorker, options).runJobs(attempts(), { retries: 2 });
    expect(results.map(Number)).toEqual(expected.map((n) => 1 + (n % 3)));
  });
});

describe.each(
  whereJobsRun,
)('%s, an object that its iterator changes is what it was when it was read', (_, options) => {
  const numberOf = ({ n }: { n: number }) => n;

  test('by an async iterator that is read ahead', async () => {
    async function* slowly() {
      yield* numbered(500);
    }
    const results = await new JobRunner(numberOf, options).runJobs(slowly());
    expect(results).toEqual(Array.from({ length: 500 }, (_, n) => n));
  });

  test('when all inputs are read before the first job', async () => {
    const runner = new JobRunner(numberOf, options);
    expect([...(await runner.runJobs(numbered(), { outputDtype: 'float64' }))]).toEqual(expected);
    expect(await runner.runJobs(numbered(), { costOf: () => 1 })).toEqual(expected);
  });

  test('for a job that is tried again later, and has changed it itself', async () => {
    const tries = SharedArray.zeros('int32', [N]);
    const fickle = (input: { n: number }) => {
      const { n } = input;
      input.n = -1;
      if (++tries.data[n]! === 1 && n % 5 === 0) throw new Error('not yet');
      return n;
    };
    const retries = { limit: 1, delay: 20 };
    expect(await new JobRunner(fickle, options).runJobs(numbered(), { retries })).toEqual(expected);
  });
});
