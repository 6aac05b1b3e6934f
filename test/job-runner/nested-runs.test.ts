import { threadId } from 'node:worker_threads';
import { JobRunner, ParallelWorker } from 'parajob';
import { describe, expect, test } from 'vitest';
import { failInside, runDeep, runInside } from '../fixtures/jobs/nested.ts';
import { jobErrorOf } from '../helpers/failure-of.ts';
import { whereThreadsRun } from '../helpers/where-jobs-run.ts';

describe.each(whereThreadsRun)('%s, a run inside of a job', (_, options) => {
  test('takes place in the thread of the job', async () => {
    const results = await new JobRunner(runInside, options).runJobs({ nJobs: 6 });
    results.forEach((result, n) => {
      expect(result.sums).toEqual([n, n + 1, n + 2, n + 3, n + 4]);
      expect(new Set(result.threads)).toEqual(new Set([result.threadId]));
      expect(result.threadId).not.toBe(threadId);
    });
  });

  test('fails the job if it fails, and its error is the cause', async () => {
    const error = await jobErrorOf(new JobRunner(failInside, options).runJobs([1, 3, 7]));
    expect(error).toMatchObject({
      place: 2,
      message: 'job 2 failed: job 1 failed: no eights',
      cause: { name: 'JobError', place: 1, input: 8, cause: { name: 'RangeError', message: 'no eights' } },
    });
  });

  test('may have one inside of its own', async () => {
    expect(await new JobRunner(runDeep, options).runJobs([0, 1, 2, 3])).toEqual([1, 3, 7, 15]);
  });
});

test('in the calling thread, a run inside of a job may use threads', async () => {
  const roots = (n: number) => new JobRunner(Math.sqrt, { nWorkers: 2 }).runJobs([n, 4 * n]);
  expect(await new JobRunner(roots, { nWorkers: 1 }).runJobs([1, 4])).toEqual([
    [1, 2],
    [2, 4],
  ]);
});

test('a worker whose job has a runner of its own is not taken for the worker of that runner', async () => {
  class Inner extends ParallelWorker {
    paraMethod(name: string): string {
      return `inner got ${name}`;
    }
  }
  class Outer extends ParallelWorker {
    async paraMethod(name: string): Promise<string[]> {
      return new JobRunner(Inner).runJobs([name]);
    }
  }
  const names = ['a', 'b', 'c'];
  const found = await new JobRunner(Outer, { nWorkers: 2 }).runJobs(names);
  expect(found).toEqual(names.map((name) => [`inner got ${name}`]));
});
