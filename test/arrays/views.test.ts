import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SharedArray } from '../../src/arrays/shared-array.ts';

function counting(shape: readonly number[]): SharedArray<'int32'> {
  const array = SharedArray.zeros('int32', shape);
  for (let i = 0; i < array.size; i++) array.data[i] = i;
  return array;
}

const arrays = fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 3 }).map(counting);

describe('a slice', () => {
  it('has the rows that slicing nested arrays gives', () => {
    fc.assert(
      fc.property(
        arrays,
        fc.integer({ min: -7, max: 7 }),
        fc.integer({ min: -7, max: 7 }),
        (array, start, stop) => {
          const slice = array.slice(start, stop);
          expect(slice.toNested()).toEqual(array.toNested().slice(start, stop));
          expect(slice.shape.slice(1)).toEqual(array.shape.slice(1));
        },
      ),
    );
  });

  it('is the same memory, from where its first row is', () => {
    const array = counting([4, 2]);
    const slice = array.slice(1).slice(1, 2);
    slice.data[0] = 40;
    expect(array.data[4]).toBe(40);
    expect(slice.data.buffer).toBe(array.data.buffer);
    expect(array.slice().toNested()).toEqual(array.toNested());
  });

  it.each([0.5, Number.NaN, '1'])('does not start at %s', (index) => {
    expect(() => counting([4]).slice(index as number)).toThrow(/whole numbers/);
  });
});

describe('another shape', () => {
  it('has the same elements, in the same memory', () => {
    const array = counting([2, 6]);
    const other = array.reshape([3, 2, 2]);
    expect(other.data).toEqual(array.data);
    other.data[11] = 7;
    expect(array.data[11]).toBe(7);
    expect(array.reshape(12).shape).toEqual([12]);
  });

  it.each([[[5]], [[2, 7]], [[-2, -6]], [[2.4, 5]], [[]]])('cannot be %j of twelve elements', (shape) => {
    expect(() => counting([2, 6]).reshape(shape)).toThrow(expect.objectContaining({ code: 'INVALID_ARRAY' }));
  });
});

describe('a copy', () => {
  it('has memory of its own', () => {
    const array = counting([2, 3]).slice(1);
    const copy = array.copy();
    copy.data[0] = 9;
    expect(array.toNested()).toEqual([[3, 4, 5]]);
    expect(copy).toMatchObject({ dtype: 'int32', shape: [1, 3] });
    expect(copy.data.buffer.byteLength).toBe(12);
  });
});

it('strides tell how far apart the neighbours of each axis are', () => {
  expect(counting([4, 3, 2]).stride).toEqual([6, 2, 1]);
  expect(counting([5]).stride).toEqual([1]);
});

describe('complex numbers', () => {
  const array = SharedArray.from([1, 2, 3, -4, 5, 0.5, 7, 8], [2, 2], 'complex128');

  it('lie in pairs, real part first', () => {
    expect(array).toMatchObject({ dtype: 'complex128', shape: [2, 2], length: 2, size: 4 });
    expect(array.data).toEqual(new Float64Array([1, 2, 3, -4, 5, 0.5, 7, 8]));
    expect(array.row(1)).toEqual(new Float64Array([5, 0.5, 7, 8]));
    expect(array.toNested()).toEqual([
      [1, 2, 3, -4],
      [5, 0.5, 7, 8],
    ]);
    expect(SharedArray.zeros('complex64', [3, 2]).data).toEqual(new Float32Array(12));
  });

  it('come back from nested arrays, and keep their dtype in copies and stacks', () => {
    const back = SharedArray.from(array.toNested() as number[][], undefined, 'complex128');
    expect(back).toMatchObject({ shape: [2, 2], data: array.data });
    expect(SharedArray.from(array)).toMatchObject({ dtype: 'complex128', shape: [2, 2] });
    expect(SharedArray.from([array, array])).toMatchObject({ dtype: 'complex128', shape: [2, 2, 2] });
    expect(array.copy().data).toEqual(array.data);
    expect(SharedArray.from(array, undefined, 'complex64').data).toEqual(new Float32Array(array.data));
  });

  it('are sliced and reshaped by the number', () => {
    expect(array.slice(1).toNested()).toEqual([[5, 0.5, 7, 8]]);
    expect(array.reshape(4)).toMatchObject({ shape: [4], size: 4 });
    expect(array.stride).toEqual([2, 1]);
  });

  it('come one by one, as pairs, from one dimension', () => {
    expect([...array.reshape(4)].at(1)).toEqual(new Float64Array([3, -4]));
    expect(array.reshape(4).row(2)).toEqual(new Float64Array([5, 0.5]));
  });

  it('are shown as numbers', () => {
    expect(inspect(array)).toBe('SharedArray complex128 [2, 2]\n[[1+2i, 3-4i],\n [5+0.5i, 7+8i]]');
  });

  it('are refused where a part is missing, or other numbers are among them', () => {
    expect(() => SharedArray.from([1, 2, 3], undefined, 'complex128')).toThrow(
      /pairs of numbers.* there are 3/,
    );
    expect(() => SharedArray.from(new Float64Array(8), [8], 'complex128')).toThrow(/holds 8 .* data has 4/);
    expect(() => SharedArray.from([array, SharedArray.zeros('float64', [2, 4])])).toThrow(
      /mixes complex128 and float64/,
    );
  });
});
