import type { DType } from './dtype.ts';
import { createLock } from './lock.ts';
import { SharedArray } from './shared-array.ts';

/** A SharedArray as it crosses between threads: plain, and with its memory shared, not copied. */
export interface SharedArrayHandle<D extends DType = DType> {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly buffer: SharedArrayBuffer;
  readonly byteOffset: number;
  /** Memory of the lock. */
  readonly lock: SharedArrayBuffer;
}

export function toHandle<D extends DType>({
  dtype,
  shape,
  data,
  lock,
}: SharedArray<D>): SharedArrayHandle<D> {
  return {
    dtype,
    shape,
    buffer: data.buffer as SharedArrayBuffer,
    byteOffset: data.byteOffset,
    lock: lock.memory,
  };
}

export function fromHandle<D extends DType>(handle: SharedArrayHandle<D>): SharedArray<D> {
  const { dtype, shape, buffer, byteOffset, lock } = handle;
  return new SharedArray(dtype, shape, buffer, byteOffset, createLock(lock));
}
