import fc from 'fast-check';
import { type JobError, JobRunner, partial, WorkerDiedError } from 'parajob';
import { describe, expect, test } from 'vitest';
import { AttemptWorker } from '../fixtures/jobs/attempt-worker.ts';
import { failureOf } from '../helpers/failure-of.ts';
import { whereJobsRun, whereThreadsRun } from '../helpers/where-jobs-run.ts';

const silently = { logLevel: 'silent' } as const;

function exitAt8(n: number): number {
  if (n === 8) process.exit(1);
  return n;
}

describe.each(whereJobsRun)('%s, a job that fails', (_, options) => {
  test('is tried again as often as was said, and sees which try it is', async () => {
    const results = await new JobRunner(AttemptWorker, options).runJobs([1, 2, 3, 1], { retries: 2 });
    expect(results).toEqual([1, 2, 3, 1]);
  });

  test('fails in the end with the error of its last try', async () => {
    const failure = await failureOf(new JobRunner(AttemptWorker, options).runJobs([1, 9], { retries: 2 }));
    expect(failure).toMatchObject({ place: 1, input: 9, attempt: 3, message: 'job 1 failed: try 3' });
  });

  test('is not tried again without being asked to', async () => {
    const failure = await failureOf(new JobRunner(AttemptWorker, options).runJobs([2]));
    expect(failure).toMatchObject({ attempt: 1 });
  });

  test('is tried again only if it is worth it', async () => {
    const seen: [number, number][] = [];
    const when = (error: JobError, attempt: number) => {
      seen.push([error.place, attempt]);
      return error.place !== 1;
    };
    const [results, exceptions] = await new JobRunner(AttemptWorker, options).runJobs([3, 2, 1], {
      ...silently,
      retries: { limit: 5, delay: 1, backoff: 2, when },
      returnExceptions: true,
    });
    expect(results).toEqual([3, Number.NaN, 1]);
    expect(exceptions.map(({ place, attempt }) => [place, attempt])).toEqual([[1, 1]]);
    expect(seen.sort()).toEqual([
      [0, 1],
      [0, 2],
      [1, 1],
    ]);
  });

  test('ends the run if nobody can say whether it is worth it', async () => {
    const oops = new Error('oops');
    const when = () => {
      throw oops;
    };
    const run = new JobRunner(AttemptWorker, options).runJobs([2], { retries: { limit: 1, when } });
    expect(await failureOf(run)).toBe(oops);
  });

  test('ends the run if it is not said at once whether it is worth it', async () => {
    const when = (async () => false) as unknown as () => boolean;
    const run = new JobRunner(AttemptWorker, options).runJobs([2], { retries: { limit: 1, when } });
    expect(await failureOf(run)).toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('`when` of `retries` gave a promise'),
    });
  });

  test('takes its place whatever the others do, in both feeds and in place', async () => {
    const wanted = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 80 });
    await fc.assert(
      fc.asyncProperty(
        wanted,
        fc.integer({ min: 0, max: 3 }),
        fc.constantFrom('array', 'posted', 'in place'),
        async (tries, retries, feed) => {
          const runner = new JobRunner(AttemptWorker, options);
          const expected = tries.map((n) => (n <= retries + 1 ? n : Number.NaN));
          const how = { ...silently, retries, returnExceptions: true } as const;
          const inputs =
            feed === 'posted'
              ? new Set(tries).size === tries.length
                ? new Set(tries)
                : tries[Symbol.iterator]()
              : tries;
          const [results, exceptions] =
            feed === 'in place'
              ? await runner.runJobs(tries, { ...how, outputDtype: 'float64' })
              : await runner.runJobs(inputs as Iterable<number>, how);
          expect([...results]).toEqual(expected);
          expect(exceptions.map(({ place }) => place)).toEqual(
            expected.flatMap((result, place) => (Number.isNaN(result) ? [place] : [])),
          );
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe.each(whereThreadsRun)('%s, a job that ends its thread again and again', (_, options) => {
  test.each([2, 3])('is given up after %i threads', async (maxDeaths) => {
    const inputs = Array.from({ length: 20 }, (_, n) => n);
    const [results, exceptions] = await new JobRunner(exitAt8, options).runJobs(inputs, {
      ...silently,
      retries: 10,
      maxDeaths,
      returnExceptions: true,
    });
    expect(results).toEqual(inputs.map((n) => (n === 8 ? Number.NaN : n)));
    expect(exceptions).toHaveLength(1);
    expect(exceptions[0]).toBeInstanceOf(WorkerDiedError);
    expect(exceptions[0]).toMatchObject({ place: 8, attempt: maxDeaths });
  });
});

test('retries that cannot be are refused', async () => {
  const run = (retries: never) => new JobRunner(partial(Math.max, 0)).runJobs([1], { retries });
  for (const retries of [-1, 1.5, 'x', { delay: 3 }, { limit: 1, delay: -5 }, { limit: 1, often: 2 }]) {
    expect(await failureOf(run(retries as never))).toMatchObject({ code: 'INVALID_OPTION' });
  }
});
