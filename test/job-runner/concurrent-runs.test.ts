import { threadId } from 'node:worker_threads';
import { JobRunner, partial } from 'parajob';
import { describe, expect, test } from 'vitest';
import { usableCores } from '../../src/cores.ts';
import { failureOf } from '../helpers/failure-of.ts';
import { whereJobsRun } from '../helpers/where-jobs-run.ts';

const add = (n: number, m: number) => n + m;
const addLater = async (n: number, m: number) => {
  await new Promise(setImmediate);
  return n + m;
};
const range = (n: number) => Array.from({ length: n }, (_, i) => i);

describe.each(whereJobsRun)('%s, runs at the same time', (_, options) => {
  test.each([
    ['at once', add],
    ['later', addLater],
  ])('of one runner do not mix, with jobs that answer %s', async (_, job) => {
    const runner = new JobRunner(partial(job, 1000), options);
    const runs = range(10).map((i) => runner.runJobs(range(50).map((n) => n + i)));
    expect(await Promise.all(runs)).toEqual(range(10).map((i) => range(50).map((n) => n + i + 1000)));
  });

  test('of many runners do not mix', async () => {
    const runs = range(10).map((i) =>
      new JobRunner(partial(addLater, i * 1000), options).runJobs({ nJobs: 50 }),
    );
    expect(await Promise.all(runs)).toEqual(range(10).map((i) => range(50).map((n) => n + i * 1000)));
  });

  test('fail by themselves', async () => {
    const failing = new JobRunner((n: number) => {
      if (n === 5) throw new Error('five');
      return n;
    }, options);
    const well = new JobRunner(partial(addLater, 0), options);
    const [failure, results] = await Promise.all([
      failureOf(failing.runJobs({ nJobs: 100 })),
      well.runJobs({ nJobs: 100 }),
    ]);
    expect(failure).toMatchObject({ place: 5 });
    expect(results).toEqual(range(100));
  });

  test('may feed each other', async () => {
    const first = new JobRunner(partial(add, 1), options);
    const second = new JobRunner(partial(addLater, 10), options);
    const third = new JobRunner(partial(add, 100), options);
    async function* outputsOf(stream: AsyncIterable<{ status: string; place: number; output?: number }>) {
      for await (const outcome of stream) yield outcome.output ?? Number.NaN;
    }
    const inputs = outputsOf(second.stream(outputsOf(first.stream({ nJobs: 500 }))));
    const results = await third.runJobs(inputs);
    expect(results.sort((a, b) => a - b)).toEqual(range(500).map((n) => n + 111));
  });

  test('may be started in the loop over another', async () => {
    const outer = new JobRunner(partial(add, 0), options);
    const inner = new JobRunner(partial(add, 1), options);
    const sums: number[] = [];
    for await (const { place } of outer.stream({ nJobs: 20 })) {
      const [first = 0, second = 0] = await inner.runJobs([place, place]);
      sums.push(first + second);
    }
    expect(sums.sort((a, b) => a - b)).toEqual(range(20).map((n) => 2 * n + 2));
  });
});

test('a hundred runs at the same time finish, within the threads that there may be', async () => {
  const where = async (n: number) => {
    await new Promise(setImmediate);
    return [n, threadId] as const;
  };
  const runs = range(100).map((i) =>
    new JobRunner(where, { nWorkers: 2 }).runJobs(range(10).map((n) => n + i)),
  );
  const seen = await Promise.all(runs);
  expect(seen.map((run) => run.map(([n]) => n))).toEqual(range(100).map((i) => range(10).map((n) => n + i)));
  const most = Math.max(2, Math.floor(1.5 * usableCores()));
  expect(new Set(seen.flat().map(([, thread]) => thread)).size).toBeLessThanOrEqual(most);
});
