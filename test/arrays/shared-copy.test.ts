import { describe, expect, it } from 'vitest';
import { DTYPES, type TypedArray, viewOf } from '../../src/arrays/dtype.ts';
import { SharedArray, sharedCopy } from '../../src/arrays/shared-array.ts';

describe('sharedCopy', () => {
  it.each(DTYPES)('keeps class and elements of %s, in memory of its own', (dtype) => {
    const original = viewOf(dtype, new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]).buffer) as TypedArray;
    const copy = sharedCopy(original);
    expect(copy.constructor).toBe(original.constructor);
    expect(copy).toEqual(original);
    expect(copy.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('copies what is shared already', () => {
    const original = sharedCopy(new Float64Array([1]));
    sharedCopy(original)[0] = 2;
    expect([...original]).toEqual([1]);
  });

  it('copies no more than the view shows', () => {
    const copy = sharedCopy(new Float32Array([0, 1, 2, 0]).subarray(1, 3));
    expect([...copy]).toEqual([1, 2]);
    expect(copy.buffer.byteLength).toBe(8);
  });

  it('makes a Uint8Array of a Buffer', () => {
    const copy = sharedCopy(Buffer.from([1, 2]));
    expect(copy.constructor).toBe(Uint8Array);
    expect([...copy]).toEqual([1, 2]);
  });

  it.each([
    [new DataView(new ArrayBuffer(8)), 'a DataView'],
    [[1, 2], '[1, 2]'],
    [new ArrayBuffer(8), 'an ArrayBuffer'],
    [SharedArray.zeros('int8', 2), 'a SharedArray'],
    [null, 'null'],
  ])('refuses %o', (value, name) => {
    const copy = () => sharedCopy(value as unknown as Float64Array);
    expect(copy).toThrow(expect.objectContaining({ code: 'INVALID_ARRAY' }));
    expect(copy).toThrow(`not ${name}`);
  });
});
