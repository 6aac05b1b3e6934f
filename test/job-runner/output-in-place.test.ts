import { JobRunner, SharedArray } from 'parajob';
import { describe, expect, test } from 'vitest';
import { failureOf, jobErrorOf } from '../helpers/failure-of.ts';
import { whereJobsRun } from '../helpers/where-jobs-run.ts';

const silently = { logLevel: 'silent' } as const;

/** A hundred inputs, by both ways to a job. */
const feeds = [
  ['numbers', Array.from({ length: 100 }, (_, n) => n)],
  ['objects', Array.from({ length: 100 }, (_, n) => ({ n }))],
] as const;

const half = (input: number | { n: number }) => (typeof input === 'number' ? input : input.n) / 2;
const halfLater = async (input: number | { n: number }) => (typeof input === 'number' ? input : input.n) / 2;

describe.each(whereJobsRun)('%s, with outputDtype', (_, options) => {
  describe.each(feeds)('and %s as inputs', (_, inputs) => {
    test.each([
      ['at once', half],
      ['later', halfLater],
    ])('results that come %s make one typed array', async (_, job) => {
      const results = await new JobRunner(job, options).runJobs(inputs, { outputDtype: 'float32' });
      expect(results).toBeInstanceOf(Float32Array);
      expect(results).toEqual(Float32Array.from(inputs, half));
    });

    test('and outputShape, each result fills a row of a SharedArray', async () => {
      const row = (input: number | { n: number }) => {
        const n = typeof input === 'number' ? input : input.n;
        return [n, n + 1, n + 2];
      };
      const results = await new JobRunner(row, options).runJobs(inputs, {
        outputDtype: 'int32',
        outputShape: [100, 3],
      });
      expect(results).toBeInstanceOf(SharedArray);
      expect(results.toNested()).toEqual(Array.from(inputs, row));
    });

    test('a failed job leaves the errorValue in its place, NaN unless given', async () => {
      const job = (input: number | { n: number }) => {
        const n = typeof input === 'number' ? input : input.n;
        if (n % 10 === 3) throw new Error('threes');
        return n;
      };
      const runner = new JobRunner(job, options);
      const expected = (errorValue: number) =>
        Array.from({ length: 100 }, (_, n) => (n % 10 === 3 ? errorValue : n));
      const [floats, exceptions] = await runner.runJobs(inputs, {
        ...silently,
        outputDtype: 'float64',
        returnExceptions: true,
      });
      expect(floats).toEqual(Float64Array.from(expected(Number.NaN)));
      expect(exceptions.map(({ place }) => place)).toEqual([3, 13, 23, 33, 43, 53, 63, 73, 83, 93]);
      const integers = await runner.runJobs(inputs, {
        ...silently,
        outputDtype: 'int16',
        reraiseExceptions: false,
        errorValue: -1,
      });
      expect(integers).toEqual(Int16Array.from(expected(-1)));
    });
  });

  test.each([
    ['float64', Float64Array, 0.1],
    ['float32', Float32Array, 0.5],
    ['int8', Int8Array, -128],
    ['uint8', Uint8Array, 255],
    ['uint8c', Uint8ClampedArray, 255],
    ['int16', Int16Array, -32768],
    ['uint16', Uint16Array, 65535],
    ['int32', Int32Array, -(2 ** 31)],
    ['uint32', Uint32Array, 2 ** 32 - 1],
    ['bigint64', BigInt64Array, -(2n ** 63n)],
    ['biguint64', BigUint64Array, 2n ** 64n - 1n],
  ] as const)('%s gives a %O', async (outputDtype, TypedArray, value) => {
    const runner = new JobRunner((input: { value: number | bigint }) => input.value, options);
    const results = await runner.runJobs([{ value }], { outputDtype });
    expect(results).toBeInstanceOf(TypedArray);
    expect([...results]).toEqual([value]);
  });

  test.each([
    ['int8', 128],
    ['uint8', -1],
    ['int32', 0.5],
    ['uint32', Number.NaN],
    ['float32', 1e300],
    ['bigint64', 1],
    ['biguint64', -1n],
    ['float64', 1n],
    ['float64', '1'],
    ['float64', undefined],
    ['float64', null],
    ['float64', [1]],
  ] as const)('%s: a result that does not fit is the error of its job: %o', async (outputDtype, value) => {
    const runner = new JobRunner((input: { value: unknown }) => input.value, options);
    const fitting = outputDtype.startsWith('big') ? 1n : 1;
    const inputs = [{ value: fitting }, { value }, { value: fitting }];
    const error = await jobErrorOf(runner.runJobs(inputs, { outputDtype } as { outputDtype: 'float64' }));
    expect(error).toMatchObject({ code: 'RESULT_DOES_NOT_FIT', place: 1 });
    expect(error.message).toContain(outputDtype);
  });

  test('a row may be a typed array, nested, or a SharedArray, of any dtype that fits', async () => {
    const rows = [
      [1, 2, 3, 4],
      [
        [5, 6],
        [7, 8],
      ],
      Float32Array.of(9, 10, 11, 12),
      SharedArray.from([13, 14, 15, 16]),
    ];
    const results = await new JobRunner((row: unknown) => row, options).runJobs(rows, {
      outputDtype: 'float64',
      outputShape: [4, 2, 2],
    });
    expect(results.shape).toEqual([4, 2, 2]);
    expect([...results.data]).toEqual(Array.from({ length: 16 }, (_, i) => i + 1));
  });

  test.each([
    ['too long', [1, 2, 3, 4]],
    ['too short', [1, 2]],
    ['no row', 1],
    ['of something else', ['a', 'b', 'c']],
    ['out of range', [0, 0, 300]],
  ])('a row that is %s is the error of its job, and writes nothing', async (_, row) => {
    const inputs = [[1, 1, 1], row, [3, 3, 3]];
    const [results, exceptions] = await new JobRunner((value: unknown) => value, options).runJobs(inputs, {
      ...silently,
      outputDtype: 'uint8',
      outputShape: [3, 3],
      returnExceptions: true,
      errorValue: 7,
    });
    expect(exceptions.map(({ place, code }) => [place, code])).toEqual([[1, 'RESULT_DOES_NOT_FIT']]);
    expect(results.toNested()).toEqual([
      [1, 1, 1],
      [7, 7, 7],
      [3, 3, 3],
    ]);
  });

  test('no jobs make an empty array', async () => {
    const runner = new JobRunner(half, options);
    expect(await runner.runJobs([], { outputDtype: 'float64' })).toEqual(new Float64Array());
    const rows = await runner.runJobs([], { outputDtype: 'float64', outputShape: [0, 3] });
    expect(rows.shape).toEqual([0, 3]);
  });

  test('inputs that do not tell their number are read to their end first', async () => {
    async function* inputs() {
      yield 1;
      yield 2;
    }
    const results = await new JobRunner(half, options).runJobs(inputs(), { outputDtype: 'float64' });
    expect(results).toEqual(Float64Array.of(0.5, 1));
    const run = new JobRunner(half, options).runJobs(inputs(), {
      outputDtype: 'float64',
      outputShape: [3],
    });
    expect(await failureOf(run)).toMatchObject({ code: 'INVALID_OPTION' });
  });
});
