import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesPerElement, DTYPES, type DType, type TypedArray, viewOf } from '../../src/arrays/dtype.ts';
import type { Lock } from '../../src/arrays/lock.ts';
import { isSharedArray, itemAt, SharedArray, sharedCopy } from '../../src/arrays/shared-array.ts';

const dtypes = fc.constantFrom(...DTYPES);
const shapes = fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 4 });

/** A typed array of any dtype and the shape to arrange it in; the bytes are random, NaN and all. */
const arranged = fc.tuple(dtypes, shapes).chain(([dtype, shape]) => {
  const size = shape.reduce((product, length) => product * length, 1);
  const bytes = size * bytesPerElement(dtype);
  return fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((random) => ({
    dtype,
    shape,
    data: viewOf(dtype, random.buffer, 0, size) as TypedArray,
  }));
});

describe('a shared array', () => {
  it('starts as zeros, of every dtype, in memory that is shared', () => {
    fc.assert(
      fc.property(dtypes, shapes, (dtype, shape) => {
        const array = SharedArray.zeros(dtype, shape);
        expect(array).toMatchObject({ dtype, shape, length: shape[0] });
        expect(array.size).toBe(shape.reduce((product, length) => product * length, 1));
        expect(array.data.buffer).toBeInstanceOf(SharedArrayBuffer);
        expect(array.data.every((element: number | bigint) => Number(element) === 0)).toBe(true);
      }),
    );
  });

  it('takes a plain length for a shape of one dimension', () => {
    expect(SharedArray.zeros('int16', 3).shape).toEqual([3]);
  });

  it('has a shape that cannot be changed, by its caller either', () => {
    const shape = [2, 3];
    const array = SharedArray.zeros('uint8', shape);
    shape[0] = 7;
    expect(array.shape).toEqual([2, 3]);
    expect(Object.isFrozen(array.shape)).toBe(true);
  });

  it('lies over existing shared memory, from an offset', () => {
    const buffer = new SharedArrayBuffer(32);
    new Float64Array(buffer).set([1, 2, 3, 4]);
    const array = new SharedArray('float64', [1, 2], buffer, 16);
    expect(array.toNested()).toEqual([[3, 4]]);
    array.data[0] = 30;
    expect(new Float64Array(buffer)[2]).toBe(30);
  });
});

describe('rows', () => {
  it('are what slicing the flat data gives, and write through', () => {
    fc.assert(
      fc.property(arranged, ({ data, shape }) => {
        const array = SharedArray.from(data, shape);
        const width = shape.slice(1).reduce((product, length) => product * length, 1);
        for (let i = 0; i < array.length; i++) {
          const row = array.row(i);
          expect(row.constructor).toBe(data.constructor);
          expect(row).toEqual(array.data.slice(i * width, (i + 1) * width));
          expect(row.buffer).toBe(array.data.buffer);
        }
      }),
    );
  });

  it('start where the array starts in its buffer', () => {
    const array = new SharedArray('int32', [2, 2], new SharedArrayBuffer(32), 16);
    array.row(1).fill(9);
    expect([...new Int32Array(array.data.buffer)]).toEqual([0, 0, 0, 0, 0, 0, 9, 9]);
  });

  it('of one dimension are views of single elements', () => {
    const array = SharedArray.from([5, 6]);
    array.row(1)[0] = 60;
    expect(array.toNested()).toEqual([5, 60]);
  });

  it.each([-1, 2, 0.5, Number.NaN])('refuse index %s of two', (index) => {
    const array = SharedArray.zeros('float64', [2, 3]);
    expect(() => array.row(index)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARRAY', message: expect.stringContaining(`no row ${index}`) }),
    );
  });
});

describe('the first axis', () => {
  it('gives rows of a matrix', () => {
    expect([
      ...SharedArray.from(
        [
          [1, 2],
          [3, 4],
        ],
        undefined,
        'int8',
      ),
    ]).toEqual([new Int8Array([1, 2]), new Int8Array([3, 4])]);
  });

  it('gives numbers, or bigints, of one dimension', () => {
    expect([...SharedArray.from([1, 2])]).toEqual([1, 2]);
    expect([...SharedArray.from([1n, 2n])]).toEqual([1n, 2n]);
    expect(itemAt(SharedArray.from([1, 2]), 1)).toBe(2);
  });

  it('gives empty rows where rows are empty', () => {
    expect([...SharedArray.zeros('float32', [2, 0])]).toEqual([new Float32Array(0), new Float32Array(0)]);
    expect([...SharedArray.zeros('float32', [0, 2])]).toEqual([]);
  });
});

describe('a shared array is known', () => {
  it('as itself, and as nothing else', () => {
    const array = SharedArray.zeros('float64', 2);
    expect(isSharedArray(array)).toBe(true);
    for (const other of [
      null,
      undefined,
      5,
      'a',
      {},
      [],
      array.data,
      new Float64Array(2),
      structuredClone(array),
    ]) {
      expect(isSharedArray(other)).toBe(false);
      expect(other instanceof SharedArray).toBe(false);
    }
  });

  it('by another copy of the package', async () => {
    const copy = (await import('../../src/arrays/shared-array.ts?copy' as string)) as {
      SharedArray: typeof SharedArray;
    };
    expect(copy.SharedArray).not.toBe(SharedArray);
    const array = copy.SharedArray.from([1, 2]);
    expect(isSharedArray(array)).toBe(true);
    expect(array).toBeInstanceOf(SharedArray);
    expect(SharedArray.from(array).toNested()).toEqual([1, 2]);
  });

  it('apart from the instances of a subclass', () => {
    class Recording extends SharedArray<'float64'> {}
    expect(SharedArray.zeros('float64', 2)).not.toBeInstanceOf(Recording);
    const recording = new Recording('float64', 1, new SharedArrayBuffer(8));
    expect(recording).toBeInstanceOf(Recording);
    expect(recording).toBeInstanceOf(SharedArray);
  });
});

describe('in the console a shared array', () => {
  it('shows dtype, shape and values', () => {
    expect(
      inspect(
        SharedArray.from([
          [1, 0.1 + 0.2],
          [-3, Number.NaN],
        ]),
      ),
    ).toBe('SharedArray float64 [2, 2]\n[[1, 0.3],\n [-3, NaN]]');
    expect(inspect(SharedArray.from([1n, 2n]))).toBe('SharedArray bigint64 [2] [1n, 2n]');
    expect(inspect(SharedArray.zeros('uint8', [2, 0]))).toBe('SharedArray uint8 [2, 0]\n[[],\n []]');
  });

  it('shows the corners of what is large', () => {
    const array = SharedArray.zeros('float32', [1000, 1000]);
    array.data.forEach((_, i) => {
      array.data[i] = i;
    });
    const shown = inspect(array);
    expect(shown).toContain('float32 [1000, 1000]\n[[0, 1, 2, ..., 997, 998, 999],\n [1000,');
    expect(shown).toContain(' ...,\n [997000,');
    expect(shown.length).toBeLessThan(400);
  });
});

describe('a shared array takes no properties, which threads would not see', () => {
  const array = SharedArray.from([1, 2]);
  it.each([
    ['itself', array],
    ['its elements', array.data],
    ['a part of it', array.slice(1)],
  ])('%s', (_what, holder) => {
    expect(() => Object.assign(holder, { rate: 20_000 })).toThrow(/Cannot add property rate/);
  });

  it('nor other elements than it has', () => {
    expect(() => Object.assign(array, { data: new Float64Array(2) })).toThrow(/read only property/);
    array.data[0] = 3;
    expect(array.toNested()).toEqual([3, 2]);
  });

  it('but classes that extend it have fields', () => {
    class Recording extends SharedArray<'float64'> {
      rate = 20_000;
    }
    expect(new Recording('float64', 1, new SharedArrayBuffer(8)).rate).toBe(20_000);
  });
});

describe('a shared array refuses', () => {
  const buffer = new SharedArrayBuffer(16);
  const cases: [string, () => unknown, RegExp][] = [
    ['a negative length', () => SharedArray.zeros('float64', [2, -1]), /shape \[2, -1\].* -1 is not/],
    ['a fractional length', () => SharedArray.zeros('float64', 1.5), /whole numbers/],
    [
      'a length that is no number',
      () => SharedArray.zeros('float64', '3' as unknown as number),
      /"3" is not/,
    ],
    // biome-ignore lint/suspicious/noSparseArray: a hole is what this is about
    ['a hole in the shape', () => SharedArray.zeros('float64', [2, , 3] as number[]), /undefined is not/],
    ['a shape without dimensions', () => SharedArray.zeros('float64', []), /at least one dimension/],
    [
      'an unknown dtype',
      () => SharedArray.zeros('float16' as DType, 3),
      /unknown dtype "float16": use one of float64,/,
    ],
    ['a dtype from the prototype', () => SharedArray.zeros('toString' as DType, 3), /unknown dtype/],
    [
      'more than can be addressed',
      () => SharedArray.zeros('float64', [2 ** 30, 2 ** 30]),
      /can be addressed/,
    ],
    ['more than there is memory', () => SharedArray.zeros('float64', 2 ** 49), /no shared memory of/],
    [
      'more than its buffer holds',
      () => new SharedArray('float64', 3, buffer),
      /needs 24 bytes from byte 0; the buffer has 16/,
    ],
    [
      'more than its buffer holds past the offset',
      () => new SharedArray('float64', 2, buffer, 8),
      /from byte 8/,
    ],
    ['an offset between elements', () => new SharedArray('float64', 1, buffer, 4), /multiples of 8/],
    ['a negative offset', () => new SharedArray('float64', 1, buffer, -8), /byteOffset -8/],
    [
      'memory that is not shared',
      () => new SharedArray('float64', 2, new ArrayBuffer(16) as unknown as SharedArrayBuffer),
      /not an ArrayBuffer/,
    ],
    [
      'a view for a buffer',
      () => new SharedArray('float64', 2, new Float64Array(buffer) as unknown as SharedArrayBuffer),
      /not a Float64Array/,
    ],
    [
      'an offset behind the end of its buffer',
      () => new SharedArray('float64', 0, buffer, 24),
      /from byte 24; the buffer has 16/,
    ],
    [
      'a lock that is none',
      () => new SharedArray('float64', 2, buffer, 0, {} as unknown as Lock),
      /the lock is an Object/,
    ],
    [
      'a reshape to more than there is',
      () => SharedArray.zeros('int8', 4).reshape([2 ** 30, 2 ** 30]),
      /addressed/,
    ],
    ['memory that has been moved', () => SharedArray.from([moved()]), /data\[0\] has been moved elsewhere/],
    ['a copy of what has been moved', () => sharedCopy(moved()), /the array has been moved elsewhere/],
    ['a view of what has been moved', () => SharedArray.wrap(moved()), /not in shared memory/],
  ];

  function moved(): Float64Array {
    const array = new Float64Array(2);
    structuredClone(array, { transfer: [array.buffer] });
    return array;
  }

  it.each(cases)('%s', (_, build, message) => {
    expect(build).toThrow(expect.objectContaining({ name: 'JobRunnerError', code: 'INVALID_ARRAY' }));
    expect(build).toThrow(message);
  });
});
