import { JobRunner, JobTimeoutError, ParallelWorker } from 'parajob';
import { describe, expect, test } from 'vitest';
import { SlowInitWorker } from '../fixtures/jobs/slow-init-worker.ts';
import { failureOf } from '../helpers/failure-of.ts';
import { whereJobsRun, whereThreadsRun } from '../helpers/where-jobs-run.ts';

const captured = { timeout: 50, returnExceptions: true, logLevel: 'silent' } as const;

const endlessAt2 = (n: number) => {
  for (; n === 2; );
  return n;
};
const endlessAt2Object = ({ n }: { n: number }) => {
  for (; n === 2; );
  return n;
};
const neverAt2 = (n: number): number | Promise<number> => (n === 2 ? new Promise<number>(() => {}) : n);

describe.each(whereThreadsRun)('%s, a job that takes too long', (_, options) => {
  test('costs itself alone, even in an endless loop', async () => {
    const [results, exceptions] = await new JobRunner(endlessAt2, options).runJobs([0, 1, 2, 3, 4], captured);
    expect(results).toEqual([0, 1, Number.NaN, 3, 4]);
    expect(exceptions).toHaveLength(1);
    expect(exceptions[0]).toBeInstanceOf(JobTimeoutError);
    expect(exceptions[0]).toMatchObject({ code: 'JOB_TIMEOUT', place: 2, input: 2, attempt: 1, timeout: 50 });
  });

  test('costs itself alone among posted inputs, too', async () => {
    const inputs = [0, 1, 2, 3, 4].map((n) => ({ n }));
    const [results, exceptions] = await new JobRunner(endlessAt2Object, options).runJobs(inputs, captured);
    expect(results).toEqual([0, 1, Number.NaN, 3, 4]);
    expect(exceptions.map(({ input }) => input)).toEqual([inputs[2]]);
  });

  test('costs itself alone where results are written in place', async () => {
    const [results] = await new JobRunner(endlessAt2, options).runJobs([0, 1, 2, 3, 4], {
      ...captured,
      outputDtype: 'float64',
    });
    expect([...results]).toEqual([0, 1, Number.NaN, 3, 4]);
  });

  test('rejects the run if failures are not captured', async () => {
    const runner = new JobRunner(endlessAt2, options);
    expect(await failureOf(runner.runJobs([2, 1], { timeout: 50 }))).toMatchObject({ code: 'JOB_TIMEOUT' });
    expect(await runner.runJobs([3, 4], { timeout: 5000 })).toEqual([3, 4]);
  });
});

describe.each(whereJobsRun)('%s', (_, options) => {
  test('a job that waits for ever costs itself alone', async () => {
    const [results, exceptions] = await new JobRunner(neverAt2, options).runJobs([0, 1, 2, 3, 4], captured);
    expect(results).toEqual([0, 1, Number.NaN, 3, 4]);
    expect(exceptions.map(({ place, code }) => [place, code])).toEqual([[2, 'JOB_TIMEOUT']]);
  });

  test('a worker that is never ready rejects the run, once it has had its time', async () => {
    const runner = new JobRunner(SlowInitWorker, { ...options, initTimeout: 50 });
    expect(await failureOf(runner.runJobs([1, 2], { returnExceptions: true }))).toMatchObject({
      code: 'INIT_TIMEOUT',
    });
  });
});

class LoopsAtInit extends ParallelWorker {
  override init(): void {
    for (;;);
  }

  paraMethod(n: number): number {
    return n;
  }
}

test('a runner whose workers are never ready can be asked again, and be closed: it holds no thread', async () => {
  const runner = new JobRunner(LoopsAtInit, { nWorkers: 4, initTimeout: 50 });
  expect(await failureOf(runner.runJobs({ nJobs: 4 }))).toMatchObject({ code: 'INIT_TIMEOUT' });
  expect(await failureOf(runner.ready())).toMatchObject({ code: 'INIT_TIMEOUT' });
  expect(await failureOf(runner.runJobs({ nJobs: 4 }))).toMatchObject({ code: 'INIT_TIMEOUT' });
  await runner.close();
});
