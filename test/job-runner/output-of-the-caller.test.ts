import { JobRunner, SharedArray, sharedCopy } from 'parajob';
import { describe, expect, test } from 'vitest';
import { failureOf } from '../helpers/failure-of.ts';
import { whereJobsRun } from '../helpers/where-jobs-run.ts';

const double = (n: number) => 2 * n;
const inputs = [1, 2, 3, 4];

describe.each(whereJobsRun)('%s, an output of the caller', (_, options) => {
  test('is what the run resolves to, and has the results', async () => {
    const output = sharedCopy(new Float32Array(4));
    const results = await new JobRunner(double, options).runJobs(inputs, { output });
    expect(results).toBe(output);
    expect(output).toEqual(sharedCopy(Float32Array.of(2, 4, 6, 8)));
  });

  test('can be written again and again, and in part', async () => {
    const memory = sharedCopy(new Int32Array(10));
    const runner = new JobRunner(double, options);
    for (let round = 0; round < 3; round++) {
      await runner.runJobs(
        inputs.map((n) => n * round),
        { output: memory.subarray(3, 7) },
      );
      expect([...memory]).toEqual([0, 0, 0, ...inputs.map((n) => 2 * n * round), 0, 0, 0]);
    }
  });

  test('can be a SharedArray, or rows of one', async () => {
    const array = SharedArray.zeros('float64', [6, 2]);
    const pair = (n: number) => [n, -n];
    const rows = array.slice(1, 5);
    expect(await new JobRunner(pair, options).runJobs(inputs, { output: rows })).toBe(rows);
    expect(array.toNested()).toEqual([
      [0, 0],
      [1, -1],
      [2, -2],
      [3, -3],
      [4, -4],
      [0, 0],
    ]);
  });

  test('can be the inputs themselves', async () => {
    const numbers = sharedCopy(Float64Array.from({ length: 10_000 }, (_, n) => n));
    await new JobRunner(double, options).runJobs(numbers, { output: numbers });
    expect(numbers.every((number, n) => number === 2 * n)).toBe(true);
  });

  test('has the errorValue where a job has failed', async () => {
    const output = sharedCopy(new Int8Array(4).fill(9));
    const [results, exceptions] = await new JobRunner((n: number) => {
      if (n === 3) throw new Error('three');
      return n;
    }, options).runJobs(inputs, { output, returnExceptions: true, errorValue: -1, logLevel: 'silent' });
    expect([...results]).toEqual([1, 2, -1, 4]);
    expect(exceptions).toHaveLength(1);
  });

  test('refuses results that do not fit it', async () => {
    const output = sharedCopy(new Uint8Array(4));
    const failure = await failureOf(
      new JobRunner((n: number) => 100 * n, options).runJobs(inputs, { output }),
    );
    expect(failure).toMatchObject({ code: 'RESULT_DOES_NOT_FIT', place: 2 });
  });

  test.each([
    ['memory of one thread', new Float64Array(4), /output.*SharedArrayBuffer/],
    [
      'another length',
      sharedCopy(new Float64Array(5)),
      /the output, of length 5, is for 5 jobs, and there are 4/,
    ],
    ['another number of rows', SharedArray.zeros('int8', [3, 2]), /of shape \[ 3, 2 \], is for 3 jobs/],
  ])('%s is refused', async (_, output, message) => {
    for (const given of [inputs, inputs.values()]) {
      const failure = await failureOf(
        new JobRunner(double, options).runJobs(given, { output: output as SharedArray }),
      );
      expect(failure).toMatchObject({ code: 'INVALID_OPTION', message: expect.stringMatching(message) });
    }
  });

  test('is refused beside outputDtype', async () => {
    const both = { output: sharedCopy(new Float64Array(4)), outputDtype: 'float64' };
    const failure = await failureOf(new JobRunner(double, options).runJobs(inputs, both as object));
    expect(failure).toMatchObject({ code: 'INVALID_OPTION' });
  });
});
