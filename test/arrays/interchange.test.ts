import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import stdlibArray from '@stdlib/ndarray-base-ctor';
import { Int32, makeVector, tableFromArrays, tableFromIPC, vectorFromArray } from 'apache-arrow';
import ndarray from 'ndarray';
import { JobRunner } from 'parajob';
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as zarr from 'zarrita';
import { SharedArray, sharedCopy } from '../../src/arrays/shared-array.ts';

const NUMBERS = Float64Array.from({ length: 12 }, (_, i) => i + 1);
const ROWS = [
  [1, 2, 3, 4],
  [5, 6, 7, 8],
  [9, 10, 11, 12],
];

function columnsOf(rows: readonly (readonly number[])[]): number[][] {
  return rows[0]!.map((_, column) => rows.map((row) => row[column]!));
}

const refused = (message: RegExp) =>
  expect.objectContaining({ code: 'INVALID_ARRAY', message: expect.stringMatching(message) });

describe('ndarray of scijs', () => {
  const plain = ndarray(NUMBERS, [3, 4]);
  const shared = ndarray(sharedCopy(NUMBERS), [3, 4]);

  it('is copied, whatever its strides', () => {
    expect(SharedArray.from(plain).toNested()).toEqual(ROWS);
    expect(SharedArray.from(plain.transpose(1, 0)).toNested()).toEqual(columnsOf(ROWS));
    expect(SharedArray.from(plain.lo(1, 1).hi(2, 2)).toNested()).toEqual([
      [6, 7],
      [10, 11],
    ]);
    expect(SharedArray.from(plain.step(-1, 2)).toNested()).toEqual([
      [9, 11],
      [5, 7],
      [1, 3],
    ]);
    expect(SharedArray.from(plain.pick(1, null)).toNested()).toEqual(ROWS[1]);
    expect(SharedArray.from([plain, plain]).shape).toEqual([2, 3, 4]);
    expectTypeOf(SharedArray.from(plain)).toEqualTypeOf<SharedArray<'float64'>>();
  });

  it('over plain numbers becomes float64, or what is asked for', () => {
    expect(SharedArray.from(ndarray([1, 2, 3, 4], [2, 2]))).toMatchObject({
      dtype: 'float64',
      shape: [2, 2],
    });
    const bytes = SharedArray.from(plain.transpose(1, 0), undefined, 'uint8');
    expect(bytes.toNested()).toEqual(columnsOf(ROWS));
    expect(() => SharedArray.from(ndarray(Float64Array.of(300), [1]), undefined, 'uint8')).toThrow(
      /does not fit uint8/,
    );
  });

  it('is taken as it is where memory is shared and in C order', () => {
    const array = SharedArray.wrap(shared);
    expect(array.toNested()).toEqual(ROWS);
    array.data[0] = 100;
    expect(shared.get(0, 0)).toBe(100);
    array.data[0] = 1;
    expect(SharedArray.wrap(shared.lo(1, 0)).toNested()).toEqual(ROWS.slice(1));
  });

  it('is refused where that would need a copy', () => {
    expect(() => SharedArray.wrap(plain)).toThrow(
      refused(/not in shared memory: SharedArray.from copies it/),
    );
    expect(() => SharedArray.wrap(shared.transpose(1, 0))).toThrow(
      refused(/strides \[1, 4\], which is not C order/),
    );
  });

  it('of no dimension is an array of one', () => {
    const single = ndarray(sharedCopy(NUMBERS), []);
    expect(SharedArray.from(single).toNested()).toEqual([1]);
    expect(SharedArray.wrap(single)).toMatchObject({ shape: [1] });
  });

  it('is made of a shared array without a copy', () => {
    const array = SharedArray.from(NUMBERS, [3, 4]);
    const view = ndarray(array.data, [...array.shape]);
    view.set(2, 3, 120);
    expect(array.row(2)[3]).toBe(120);
  });
});

describe('a chunk of zarrita', () => {
  async function stored() {
    const array = await zarr.create(zarr.root(new Map()), {
      shape: [3, 4],
      chunkShape: [2, 3],
      dtype: 'float64',
    });
    const source = SharedArray.from(NUMBERS, [3, 4]);
    // A SharedArray has the data, the shape and the stride of one.
    await zarr.set(array, null, { data: source.data, shape: [...source.shape], stride: source.stride });
    return array;
  }

  it('is copied, and taken as it is when zarrita reads into shared memory', async () => {
    const array = await stored();
    const chunk = await zarr.get(array);
    expect(SharedArray.from(chunk).toNested()).toEqual(ROWS);
    const shared = await zarr.get(array, null, { useSharedArrayBuffer: true });
    expect(SharedArray.wrap(shared).toNested()).toEqual(ROWS);
    expect(SharedArray.wrap(shared).data.buffer).toBe(shared.data.buffer);
  });
});

describe('an array of @stdlib', () => {
  const strided = (order: 'row-major' | 'column-major', strides: number[]) =>
    stdlibArray('float64', sharedCopy(NUMBERS), [3, 4], strides, 0, order) as never as {
      readonly data: Float64Array;
      readonly shape: readonly number[];
      readonly strides: readonly number[];
      readonly offset: number;
    };

  it('is copied in either order, and taken as it is in C order', () => {
    expect(SharedArray.from(strided('row-major', [4, 1])).toNested()).toEqual(ROWS);
    expect(SharedArray.from(strided('column-major', [1, 3])).toNested()).toEqual([
      [1, 4, 7, 10],
      [2, 5, 8, 11],
      [3, 6, 9, 12],
    ]);
    expect(SharedArray.wrap(strided('row-major', [4, 1])).toNested()).toEqual(ROWS);
    expect(() => SharedArray.wrap(strided('column-major', [1, 3]))).toThrow(refused(/not C order/));
  });

  it('is made of a shared array without a copy', () => {
    const { data, shape, stride } = SharedArray.from(NUMBERS, [3, 4]);
    const view = stdlibArray('float64', data, [...shape], stride, 0, 'row-major');
    expect(view.get(2, 1)).toBe(10);
    expect(view.data).toBe(data);
  });
});

describe('Apache Arrow', () => {
  it('vectors are copied, pieces and all', () => {
    const vector = makeVector(NUMBERS);
    expect(SharedArray.from(vector).toNested()).toEqual([...NUMBERS]);
    expect(SharedArray.from(vector, [3, 4]).toNested()).toEqual(ROWS);
    expect(SharedArray.from(vector.concat(vector))).toMatchObject({ dtype: 'float64', shape: [24] });
    expect(SharedArray.from(vector.slice(4, 8)).toNested()).toEqual(ROWS[1]);
    expect(SharedArray.from(makeVector(BigInt64Array.of(1n, 2n))).toNested()).toEqual([1n, 2n]);
  });

  it('nulls become NaN, where there is one', () => {
    expect(SharedArray.from(vectorFromArray([1.5, null, 3])).toNested()).toEqual([1.5, Number.NaN, 3]);
    const integers = vectorFromArray([1, null], new Int32());
    expect(() => SharedArray.from(integers)).toThrow(refused(/has 1 nulls, and int32 has no NaN/));
  });

  it('a table that lies in shared memory gives its columns without a copy', () => {
    const entry = createRequire(import.meta.url).resolve('vega-datasets');
    const file = sharedCopy(readFileSync(join(dirname(entry), '..', 'data', 'flights-200k.arrow')));
    const table = tableFromIPC(file);
    const delay = SharedArray.wrap(table.getChild('delay')!);
    expect(delay).toMatchObject({ dtype: 'int16', shape: [200_000] });
    expect(delay.data.buffer).toBe(file.buffer);
    expect([...delay.slice(0, 3)]).toEqual([...table.getChild('delay')!.slice(0, 3)]);
  });

  it('tables are made of shared arrays without a copy', () => {
    const array = SharedArray.from(NUMBERS);
    const table = tableFromArrays({ x: array.data });
    array.data[1] = 20;
    expect(table.getChild('x')!.get(1)).toBe(20);
  });

  it('text is refused', () => {
    expect(() => SharedArray.from(vectorFromArray(['a']) as never)).toThrow(
      refused(/is an object|is an? \w+/i),
    );
  });
});

describe('whatever is shared', () => {
  it('runs by rows', async () => {
    const rows = SharedArray.wrap(ndarray(sharedCopy(NUMBERS), [3, 4]));
    const sum = (row: Float64Array) => row.reduce((a, b) => a + b);
    expect(await new JobRunner(sum, { nWorkers: 2 }).runJobs(rows)).toEqual([10, 26, 42]);
  });

  it('stays one array, with one lock, when it is wrapped again', () => {
    const array = SharedArray.from(NUMBERS);
    expect(SharedArray.wrap(array)).toBe(array);
    array.lock.withLockSync(() => {
      expect(() => SharedArray.wrap(array, [3, 4]).lock.withLockSync(() => {})).toThrow(
        expect.objectContaining({ code: 'LOCK_TAKEN' }),
      );
    });
  });
});

describe('what reaches outside of its data is refused', () => {
  const data = sharedCopy(NUMBERS);
  it.each([
    ['past the end', { data, shape: [3, 5], stride: [5, 1] }],
    ['before the start', { data, shape: [3, 4], stride: [-4, 1], offset: 7 }],
    ['by its offset', { data, shape: [12], stride: [1], offset: 1 }],
    ['by a fraction', { data, shape: [12], stride: [1], offset: 0.5 }],
    ['with a negative shape', { data, shape: [-3, 4], stride: [4, 1] }],
    ['with a fractional shape', { data, shape: [1.5, 4], stride: [4, 1] }],
    ['with fractional strides', { data, shape: [3, 4], stride: [1.5, 1] }],
    ['with strides that are no numbers', { data, shape: [3, 4], stride: [Number.NaN, 1] }],
    ['with more elements than can be addressed', { data, shape: [2 ** 40, 2 ** 40], stride: [0, 0] }],
  ])('%s', (_, strided) => {
    expect(() => SharedArray.from(strided)).toThrow(expect.objectContaining({ code: 'INVALID_ARRAY' }));
    expect(() => SharedArray.wrap(strided)).toThrow(expect.objectContaining({ code: 'INVALID_ARRAY' }));
  });
});
