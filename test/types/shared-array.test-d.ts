import { describe, expectTypeOf, it } from 'vitest';
import type { DType } from '../../src/arrays/dtype.ts';
import { type NestedArray, SharedArray, sharedCopy } from '../../src/arrays/shared-array.ts';
import { stackResults } from '../../src/results/stack-results.ts';

describe('types of shared arrays', () => {
  it('follow from the dtype', () => {
    const array = SharedArray.zeros('float32', [2, 3]);
    expectTypeOf(array).toEqualTypeOf<SharedArray<'float32'>>();
    expectTypeOf(array.data).toEqualTypeOf<Float32Array<SharedArrayBuffer>>();
    expectTypeOf(array.row(0)).toEqualTypeOf<Float32Array<SharedArrayBuffer>>();
    expectTypeOf(array.toNested()).toEqualTypeOf<NestedArray<number>>();
    expectTypeOf(SharedArray.zeros('bigint64', 3).toNested()).toEqualTypeOf<NestedArray<bigint>>();
    expectTypeOf(array).toExtend<SharedArray>();
    expectTypeOf(array).not.toExtend<SharedArray<'float64'>>();
  });

  it('follow from the data where no dtype is said', () => {
    expectTypeOf(SharedArray.from([1, 2, 3])).toEqualTypeOf<SharedArray<'float64'>>();
    expectTypeOf(SharedArray.from([])).toEqualTypeOf<SharedArray<'float64'>>();
    expectTypeOf(SharedArray.from([[1], [2]])).toEqualTypeOf<SharedArray<'float64'>>();
    expectTypeOf(SharedArray.from([[1n]])).toEqualTypeOf<SharedArray<'bigint64'>>();
    expectTypeOf(SharedArray.from(new Uint8Array(4))).toEqualTypeOf<SharedArray<'uint8'>>();
    expectTypeOf(SharedArray.from([new Int16Array(4)], 4)).toEqualTypeOf<SharedArray<'int16'>>();
    expectTypeOf(SharedArray.from(SharedArray.zeros('int8', 2))).toEqualTypeOf<SharedArray<'int8'>>();
    expectTypeOf(SharedArray.from([1, 2], undefined, 'int32')).toEqualTypeOf<SharedArray<'int32'>>();
    const rows: Float64Array[] = [];
    expectTypeOf(stackResults(rows)).toEqualTypeOf<SharedArray<'float64'>>();
    expectTypeOf(stackResults(rows, 'float32')).toEqualTypeOf<SharedArray<'float32'>>();
    const dtype: DType = 'uint8';
    expectTypeOf(SharedArray.zeros(dtype as DType, 2)).toEqualTypeOf<SharedArray>();
  });

  it('do not claim a dtype that nobody asked for', () => {
    // @ts-expect-error: numbers without a dtype are float64
    const claimed: SharedArray<'float32'> = SharedArray.from([1, 2]);
    // @ts-expect-error: there are no numbers in here
    expectTypeOf(() => SharedArray.from(['a'])).not.toBeAny();
    expectTypeOf(claimed).not.toBeAny();
  });

  it('keep the class of a copied typed array', () => {
    expectTypeOf(sharedCopy(new Float32Array(2))).toEqualTypeOf<Float32Array<SharedArrayBuffer>>();
    expectTypeOf(sharedCopy(new BigUint64Array(2))).toEqualTypeOf<BigUint64Array<SharedArrayBuffer>>();
    expectTypeOf(sharedCopy(Buffer.from('a'))).toEqualTypeOf<Uint8Array<SharedArrayBuffer>>();
    expectTypeOf(sharedCopy(new Uint8ClampedArray(1))).toEqualTypeOf<Uint8ClampedArray<SharedArrayBuffer>>();
  });
});
