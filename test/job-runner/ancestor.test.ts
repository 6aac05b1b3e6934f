import { JobRunner, partial, SharedArray } from 'parajob';
import { describe, expect, test } from 'vitest';
import { SharedSumWorker } from '../fixtures/jobs/shared-sum-worker.ts';
import { SumWorker } from '../fixtures/jobs/sum-worker.ts';
import { failureOf, jobErrorOf } from '../helpers/failure-of.ts';

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const sum = (numbers: readonly number[]) => numbers.reduce((total, x) => total + x, 0);

function hatesEights(n: number): number {
  if (n === 8) throw new RangeError('n === 8, what did you think would happen?!');
  return n;
}

describe("what the ancestor's tests say:", () => {
  test('twenty arrays are summed on four workers', async () => {
    const arrays = range(20).map(() => range(10));
    expect(await new JobRunner(sum, { nWorkers: 4 }).runJobs(arrays)).toEqual(arrays.map(() => 45));
  });

  test('and through a batch block', async () => {
    const runner = new JobRunner(sum, { nWorkers: 4 });
    await runner.submittingJobs((submit) => {
      for (let i = 0; i < 20; i++) submit(range(10));
    });
    expect(runner.outputFromSubmitted).toEqual(range(20).map(() => 45));
  });

  test('inputs of mixed types are spread over the arguments, and come back reversed', async () => {
    const reverse = (n: number, text: string, list: number[]) => [list, text, n];
    const inputs = range(20).map((i): [number, string, number[]] => [i, `no ${i}`, range(i)]);
    const results = await new JobRunner(reverse, { nWorkers: 4 }).runJobs(inputs, { spread: true });
    expect(results).toEqual(inputs.map(([n, text, list]) => [list, text, n]));
  });

  test('a worker of its own kind sums twenty-five arrays', async () => {
    const arrays = range(25).map(() => range(100));
    expect(await new JobRunner(SumWorker, { nWorkers: 4 }).runJobs(arrays)).toEqual(arrays.map(() => 4950));
  });

  test('a worker gets its shared arrays when it is made, and runs by number of jobs', async () => {
    const arrays = range(25).map((i) => SharedArray.from(Float64Array.from(range(100), (x) => x + i)));
    const runner = new JobRunner(SharedSumWorker, { workerArgs: [arrays], nWorkers: 4 });
    expect(await runner.runJobs({ nJobs: arrays.length })).toEqual(range(25).map((i) => 4950 + 100 * i));
  });

  test('hatesEights fails in the place of the eight, and nowhere else', async () => {
    const runner = new JobRunner(hatesEights, { nWorkers: 4 });
    const [results, exceptions] = await runner.runJobs(range(10), {
      returnExceptions: true,
      logLevel: 'silent',
    });
    expect(results).toEqual([0, 1, 2, 3, 4, 5, 6, 7, Number.NaN, 9]);
    expect(exceptions.map(({ place }) => place)).toEqual([8]);
  });

  test.each([4, 1])('hatesEights raises its error out of %i worker(s)', async (nWorkers) => {
    const error = await jobErrorOf(new JobRunner(hatesEights, { nWorkers }).runJobs(range(10)));
    expect(error).toMatchObject({ place: 8, input: 8 });
    expect(error.cause).toBeInstanceOf(RangeError);
  });

  test('with one worker the error comes at once: no job runs after the eight', async () => {
    const seen = SharedArray.zeros('uint8', 10);
    const note = (n: number, marks: SharedArray<'uint8'>) => {
      marks.data[n] = 1;
      return hatesEights(n);
    };
    await failureOf(new JobRunner(partial(note, seen), { nWorkers: 1 }).runJobs(range(10)));
    expect(seen.toNested()).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 0]);
  });
});

describe("the ancestor's hazards are gone:", () => {
  test.each([1, 2])('a job without input that throws, with %i worker(s)', async (nWorkers) => {
    const runner = new JobRunner(hatesEights, { nWorkers });
    expect(await failureOf(runner.runJobs({ nJobs: 10 }))).toMatchObject({ place: 8 });
  });

  test('a worker that dies', async () => {
    const runner = new JobRunner((n: number) => (n === 3 ? process.exit(7) : n), { nWorkers: 2 });
    expect(await failureOf(runner.runJobs(range(10)))).toMatchObject({ code: 'WORKER_DIED', place: 3 });
  });

  test.each([1, 2])('empty input, with %i worker(s)', async (nWorkers) => {
    const runner = new JobRunner(hatesEights, { nWorkers });
    expect(await runner.runJobs([])).toEqual([]);
    expect(await runner.runJobs({ nJobs: 0 })).toEqual([]);
  });

  test.each([1, 2])('a block whose body throws, with %i worker(s)', async (nWorkers) => {
    const runner = new JobRunner(hatesEights, { nWorkers });
    const block = runner.submittingJobs((submit) => {
      submit(8);
      throw new Error('out of the body');
    });
    await expect(block).rejects.toThrow('out of the body');
  });
});
