import { JobRunner, partial, SharedArray, sharedCopy } from 'parajob';
import { describe, expect, test } from 'vitest';
import { ScaleWorker } from '../fixtures/jobs/scale-worker.ts';
import { whereJobsRun } from '../helpers/where-jobs-run.ts';

describe.each(whereJobsRun)('%s, shared memory is never copied', (_, options) => {
  test('as an input', async () => {
    const arrays = [SharedArray.zeros('float64', 3), SharedArray.zeros('float64', 2)];
    const fill = (array: SharedArray<'float64'>) => {
      array.data.fill(array.length);
    };
    await new JobRunner(fill, options).runJobs(arrays);
    expect(arrays.map((array) => array.toNested())).toEqual([
      [3, 3, 3],
      [2, 2],
    ]);
  });

  test('inside an input, however deep', async () => {
    const deep = SharedArray.zeros('int32', 1);
    const plain = sharedCopy(Int32Array.of(0));
    const inputs = [{ list: [{ deep }], map: new Map([['key', deep]]), set: new Set([deep]), plain }];
    const increment = (input: (typeof inputs)[0]) => {
      input.list[0]!.deep.data[0]! += 1;
      input.map.get('key')!.data[0]! += 10;
      for (const array of input.set) array.data[0]! += 100;
      input.plain[0]! += 1000;
    };
    await new JobRunner(increment, options).runJobs(inputs);
    expect([deep.data[0], plain[0]]).toEqual([111, 1000]);
  });

  test('in workerArgs', async () => {
    const factors = SharedArray.from([10]);
    const runner = new JobRunner(ScaleWorker, { ...options, workerArgs: [{ factors }] });
    expect(await runner.runJobs([1])).toEqual([10]);
    factors.data[0] = 20;
    expect(await runner.runJobs([1])).toEqual([20]);
  });

  test('bound by partial', async () => {
    const seen = SharedArray.zeros('uint8', [4, 2]);
    const mark = (place: number, marks: SharedArray<'uint8'>) => {
      marks.row(place).fill(place + 1);
    };
    await new JobRunner(partial(mark, seen), options).runJobs({ nJobs: 4 });
    expect(seen.toNested()).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 4],
    ]);
  });

  test('as a result, or inside one', async () => {
    const array = SharedArray.zeros('float32', [2, 2]);
    const runner = new JobRunner((input: { array: SharedArray<'float32'> }) => {
      return { same: input.array, view: input.array.row(1) };
    }, options);
    const [result] = await runner.runJobs([{ array }]);
    expect(result?.same).toBeInstanceOf(SharedArray);
    expect(result?.same.shape).toEqual([2, 2]);
    array.data[3] = 5;
    expect(result?.same.data[3]).toBe(5);
    expect(result?.view[1]).toBe(5);
  });

  test('when it is the inputs: a job gets a row, and may write to it', async () => {
    const matrix = SharedArray.from([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const double = (row: Float64Array) => {
      for (let i = 0; i < row.length; i++) row[i]! *= 2;
      return row.constructor.name;
    };
    const results = await new JobRunner(double, options).runJobs(matrix);
    expect(results).toEqual(['Float64Array', 'Float64Array', 'Float64Array']);
    expect(matrix.toNested()).toEqual([
      [2, 4],
      [6, 8],
      [10, 12],
    ]);
  });
});

describe.each(whereJobsRun)('%s, a SharedArray as inputs', (_, options) => {
  test.each([
    ['float64', Float64Array],
    ['float32', Float32Array],
    ['int8', Int8Array],
    ['uint8', Uint8Array],
    ['uint8c', Uint8ClampedArray],
    ['int16', Int16Array],
    ['uint16', Uint16Array],
    ['int32', Int32Array],
    ['uint32', Uint32Array],
    ['bigint64', BigInt64Array],
    ['biguint64', BigUint64Array],
  ] as const)('of %s gives rows that are real typed arrays', async (dtype, TypedArray) => {
    const array = SharedArray.zeros(dtype, [3, 2]);
    for (let i = 0; i < 6; i++) array.data[i] = dtype.startsWith('big') ? BigInt(i) : i;
    const runner = new JobRunner((row: unknown) => row, options);
    const rows = (await runner.runJobs(array)) as ArrayLike<number | bigint>[];
    expect(rows.every((row) => row instanceof TypedArray)).toBe(true);
    expect(rows.map((row) => Array.from(row, Number))).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
  });

  test('of one dimension gives its elements', async () => {
    const runner = new JobRunner((n: number) => n + 1, options);
    expect(await runner.runJobs(SharedArray.from([1, 2, 3]))).toEqual([2, 3, 4]);
  });

  test('of more than two dimensions gives all that an index of the first holds, flat', async () => {
    const cube = SharedArray.from(
      Int32Array.from({ length: 12 }, (_, i) => i),
      [2, 3, 2],
    );
    const runner = new JobRunner((block: Int32Array) => Array.from(block), options);
    expect(await runner.runJobs(cube)).toEqual([
      [0, 1, 2, 3, 4, 5],
      [6, 7, 8, 9, 10, 11],
    ]);
  });

  test('without rows, or with rows without elements, is no trouble', async () => {
    const runner = new JobRunner((row: Float64Array) => row.length, options);
    expect(await runner.runJobs(SharedArray.zeros('float64', [0, 3]))).toEqual([]);
    expect(await runner.runJobs(SharedArray.zeros('float64', [3, 0]))).toEqual([0, 0, 0]);
  });
});

describe.each(whereJobsRun)('%s, a typed array as inputs', (_, options) => {
  test.each([
    ['of numbers', Float32Array.of(1, 2, 3), [1, 2, 3]],
    ['of bigints', BigInt64Array.of(1n, 2n), [1n, 2n]],
    ['that is a view of part of a buffer', new Int16Array(Int16Array.of(9, 1, 2, 9).buffer, 2, 2), [1, 2]],
    ['in shared memory', sharedCopy(Uint8Array.of(1, 2)).subarray(1), [2]],
  ])('%s gives its elements', async (_, inputs, elements) => {
    const runner = new JobRunner((n: unknown) => n, options);
    expect(await runner.runJobs(inputs as Iterable<unknown> & object)).toEqual(elements);
  });
});
