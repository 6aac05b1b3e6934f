import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DType } from '../../src/arrays/dtype.ts';
import type { NumericData } from '../../src/arrays/nested.ts';
import { SharedArray } from '../../src/arrays/shared-array.ts';

/** Nested numbers without ragged ends, and the shape that they have. */
const nested = fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 4 }).chain((shape) => {
  const level = (axis: number): fc.Arbitrary<unknown> => {
    if (axis === shape.length) return fc.double();
    const length = shape[axis] as number;
    return fc.array(level(axis + 1), { minLength: length, maxLength: length });
  };
  return level(0).map((data) => ({ data: data as NumericData & readonly unknown[], shape }));
});

describe('data goes into a shared array and comes back', () => {
  it('from nested arrays of any depth', () => {
    fc.assert(
      fc.property(nested, ({ data, shape }) => {
        const array = SharedArray.from(data);
        expect(array.toNested()).toEqual(data);
        // Below an empty dimension there is nothing left to tell the shape by.
        const empty = shape.indexOf(0);
        expect(array.shape).toEqual(empty < 0 ? shape : shape.slice(0, empty + 1));
      }),
    );
  });

  it('from bigints', () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { minLength: 1 }),
        (data) => {
          const array = SharedArray.from(data);
          expect(array.dtype).toBe('bigint64');
          expect(array.toNested()).toEqual(data);
        },
      ),
    );
  });

  it('from a typed array, in another shape', () => {
    const array = SharedArray.from(new Int16Array([1, 2, 3, 4, 5, 6]), [3, 2]);
    expect(array.dtype).toBe('int16');
    expect(array.toNested()).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
  });

  it('from part of a buffer, and from a Node Buffer', () => {
    expect(SharedArray.from(new Float32Array([9, 1, 2, 9]).subarray(1, 3)).toNested()).toEqual([1, 2]);
    expect(SharedArray.from(Buffer.from([7, 8]))).toMatchObject({ dtype: 'uint8', shape: [2] });
  });

  it('from rows that are typed arrays or shared arrays', () => {
    const rows = SharedArray.from([new Float32Array([1, 2]), new Float32Array([3, 4])]);
    expect(rows).toMatchObject({ dtype: 'float32', shape: [2, 2] });
    const stacked = SharedArray.from([rows, rows, rows]);
    expect(stacked).toMatchObject({ dtype: 'float32', shape: [3, 2, 2] });
    expect(stacked.row(2)).toEqual(rows.data);
  });

  it('as a copy, be the data shared already or not', () => {
    const original = SharedArray.from([1, 2]);
    const copy = SharedArray.from(original);
    copy.data[0] = 10;
    expect(original.toNested()).toEqual([1, 2]);
  });
});

describe('the dtype of data', () => {
  const cases: [string, NumericData, DType][] = [
    ['no elements', [], 'float64'],
    ['rows without elements', [[], []], 'float64'],
    ['numbers', [[1, 2]], 'float64'],
    ['bigints', [[1n, 2n]], 'bigint64'],
    ['typed arrays of one kind', [new Uint16Array(1), new Uint16Array(1)], 'uint16'],
    ['typed arrays of several kinds', [new Uint16Array(1), new Float32Array(1)], 'float64'],
    ['typed arrays beside numbers', [new Float32Array(1), [2]], 'float64'],
  ];
  it.each(cases)('of %s', (_, data, dtype) => {
    expect(SharedArray.from(data).dtype).toBe(dtype);
  });

  it('can be chosen, and floats may round', () => {
    expect(SharedArray.from([0.1], undefined, 'float32').toNested()).toEqual([Math.fround(0.1)]);
    expect(SharedArray.from(new Float64Array([1, 255]), undefined, 'uint8').toNested()).toEqual([1, 255]);
    expect(SharedArray.from([-5, 300], undefined, 'uint8c').toNested()).toEqual([0, 255]);
    expect(SharedArray.from([5n], undefined, 'biguint64').dtype).toBe('biguint64');
  });
});

describe('data is refused, with the path of what is wrong', () => {
  function circle(): number[][] {
    const list: unknown[] = [];
    list.push(list);
    return list as number[][];
  }
  const cases: [string, () => unknown, RegExp][] = [
    [
      'rows of different lengths',
      () => SharedArray.from([[1, 2], [3]]),
      /data\[1\] has shape \[1\], while data\[0\] has \[2\]/,
    ],
    [
      'a number among rows',
      () => SharedArray.from([[1, 2], 3] as unknown as NumericData),
      /data\[1\] is 3, while data\[0\] has \[2\]/,
    ],
    ['a row among numbers', () => SharedArray.from([1, [2]] as unknown as NumericData), /data\[1\] is \[2\]/],
    [
      'a typed row of another length',
      () => SharedArray.from([new Int8Array(2), new Int8Array(3)]),
      /data\[1\] has shape \[3\]/,
    ],
    [
      'something that is no number',
      () => SharedArray.from([[1], ['x']] as unknown as NumericData),
      /data\[1\]\[0\] is "x".*not a number/,
    ],
    [
      'a long row among numbers, in a short message',
      () => SharedArray.from([1, Array(1e6).fill(0)]),
      /data\[1\] is \[0, 0, 0, 0, 0, 0, 0, 0, \.\.\.\]/,
    ],
    ['itself', () => SharedArray.from(circle()), /data contains itself/],
    [
      'itself among others',
      () => SharedArray.from([[1], circle()]),
      /data\[1\]\[0\] is \[\[\[\[\.\.\.\]\]\]\]/,
    ],
    ['a hole', () => SharedArray.from([1, undefined] as unknown as NumericData), /data\[1\] is undefined/],
    [
      'bigints among numbers',
      () => SharedArray.from([1, 2n] as unknown as NumericData),
      /data\[1\] is 2n.*not a number/,
    ],
    [
      'rows of bigints among rows of numbers',
      () => SharedArray.from([[1], [2n]]),
      /mixes float64 and bigint64/,
    ],
    ['numbers for bigint64', () => SharedArray.from([1], undefined, 'bigint64'), /not a bigint/],
    [
      'numbers that would wrap',
      () => SharedArray.from([[1, 256]], undefined, 'uint8'),
      /data\[0\]\[1\] is 256, which does not fit uint8/,
    ],
    ['bigints that would wrap', () => SharedArray.from([2n ** 63n]), /does not fit bigint64/],
    ['a fraction for an integer', () => SharedArray.from([0.5], undefined, 'int32'), /does not fit int32/],
    [
      'NaN for an integer',
      () => SharedArray.from(new Float32Array([Number.NaN]), undefined, 'int32'),
      /data\[0\] is NaN/,
    ],
    [
      'what overflows float32',
      () => SharedArray.from(new Float64Array([1e300]), undefined, 'float32'),
      /data\[0\] is 1e\+300, which does not fit float32/,
    ],
    [
      'a shape of another size',
      () => SharedArray.from(new Float32Array(6), [2, 2]),
      /holds 4 elements, and data has 6/,
    ],
    ['text', () => SharedArray.from('12' as unknown as NumericData), /data is "12"/],
    ['null', () => SharedArray.from(null as unknown as NumericData), /data is null/],
    ['a number', () => SharedArray.from(5 as unknown as NumericData), /data is 5/],
    ['an unknown dtype', () => SharedArray.from([1], undefined, 'double' as DType), /unknown dtype "double"/],
  ];
  it.each(cases)('%s', (_, build, message) => {
    expect(build).toThrow(expect.objectContaining({ code: 'INVALID_ARRAY' }));
    expect(build).toThrow(message);
  });
});
