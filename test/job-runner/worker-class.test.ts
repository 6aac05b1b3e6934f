import { threadId } from 'node:worker_threads';
import { JobRunner, type ParallelWorker } from 'parajob';
import { describe, expect, test } from 'vitest';
import { LifeWorker } from '../fixtures/jobs/life-worker.ts';
import { AsyncMapWorker, FieldWorker, PairWorker } from '../fixtures/jobs/map-workers.ts';
import { SumWorker } from '../fixtures/jobs/sum-worker.ts';
import { inCallingThread, whereJobsRun } from '../helpers/where-jobs-run.ts';

const newCounts = () => new Int32Array(new SharedArrayBuffer(16));

describe.each(whereJobsRun)('%s, a worker class', (_, options) => {
  test('turns jobs into arguments, and keeps the place', async () => {
    const inputs = Array.from({ length: 50 }, (_, n) => [n, n + 1]);
    const sums = await new JobRunner(SumWorker, options).runJobs(inputs);
    expect(sums).toEqual(inputs.map(([a = 0, b = 0]) => a + b));
  });

  test('may do both later', async () => {
    const runner = new JobRunner(AsyncMapWorker, { ...options, workerArgs: ['#'] });
    expect(await runner.runJobs([{ n: 5 }, { n: 6 }])).toEqual(['#0: 5', '#1: 6']);
  });

  test('may have its paraMethod as a field', async () => {
    expect(await new JobRunner(FieldWorker, options).runJobs([1, 2])).toEqual([2, 4]);
  });

  test('gets lists of arguments with spread', async () => {
    const inputs: [number, string][] = [
      [1, 'a'],
      [2, 'b'],
    ];
    expect(await new JobRunner(PairWorker, options).runJobs(inputs, { spread: true })).toEqual(['1a', '2b']);
  });

  test('is made and initialised once in each thread before its first job, for all runs of its runner', async () => {
    const counts = newCounts();
    const runner = new JobRunner(LifeWorker, { ...options, workerArgs: [counts] });
    const seen = [];
    for (let run = 0; run < 3; run++) seen.push(...(await runner.runJobs({ nJobs: 200 })));
    const threads = new Set(seen.map((job) => job.threadId));
    expect(seen.every(({ isReady }) => isReady)).toBe(true);
    expect(threads.size).toBeLessThanOrEqual(options.nWorkers);
    expect(threads.has(threadId)).toBe(options === inCallingThread[1]);
    expect(counts[3]).toBe(600);
    await runner.close();
    // A thread may have its worker ready when the others have done all jobs.
    const [made = 0, initialised, exited] = counts;
    expect(made).toBeGreaterThanOrEqual(threads.size);
    expect(made).toBeLessThanOrEqual(options.nWorkers);
    expect([initialised, exited]).toEqual([made, made]);
  });

  test('is made again for another runner', async () => {
    const counts = newCounts();
    for (let i = 0; i < 2; i++) {
      await using runner = new JobRunner(LifeWorker, { ...options, workerArgs: [counts] });
      await runner.runJobs({ nJobs: 1 });
    }
    expect([...counts]).toEqual([2, 2, 2, 2]);
  });

  test('knows which of the workers it is', async () => {
    const runner = new JobRunner(LifeWorker, { ...options, workerArgs: [newCounts()] });
    const ids = (await runner.runJobs({ nJobs: 100 })).map(({ workerId }) => workerId);
    expect(Math.min(...ids)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...ids)).toBeLessThan(options.nWorkers);
  });
});

test('a worker class is still a class: its instances can be made and called by hand', () => {
  const worker: ParallelWorker = new SumWorker();
  expect((worker as SumWorker).paraMethod([1, 2], 3)).toBe(6);
});
