import type { DType } from './dtype.ts';
import { SharedArray } from './shared-array.ts';

/** A SharedArray as it crosses between threads: plain, and with its memory shared, not copied. */
export interface SharedArrayHandle<D extends DType = DType> {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly buffer: SharedArrayBuffer;
  readonly byteOffset: number;
}

export function toHandle<D extends DType>({ dtype, shape, data }: SharedArray<D>): SharedArrayHandle<D> {
  return { dtype, shape, buffer: data.buffer as SharedArrayBuffer, byteOffset: data.byteOffset };
}

export function fromHandle<D extends DType>(handle: SharedArrayHandle<D>): SharedArray<D> {
  return new SharedArray(handle.dtype, handle.shape, handle.buffer, handle.byteOffset);
}
