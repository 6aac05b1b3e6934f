import { inspect, types } from 'node:util';
import { JobRunnerError } from '../errors.ts';
import { brand, isBranded } from './brand.ts';
import {
  bytesPerElement,
  type DType,
  dtypeOf,
  type ElementOf,
  type TypedArray,
  type TypedArrayOf,
  viewOf,
} from './dtype.ts';
import { copyInto, type DTypeIn, measure, type NumericData, write } from './nested.ts';
import { allocate, checkDtype, checkShape, say, sizeOf } from './shape.ts';

/** What `toNested` gives: an array of elements for one dimension, arrays of arrays for more. */
export type NestedArray<Element> = Element[] | NestedArray<Element>[];

/**
 * A numeric array in shared memory: every thread that gets it, as an input, inside one, in `workerArgs`, sees the
 * same elements, and nothing is copied. Any number of dimensions, in C order: the last index moves fastest.
 *
 * A runner maps over its first axis, `runJobs(array)`: jobs get the rows, as typed arrays over the same memory.
 * What a job writes into a row, all threads see; nothing but your own program keeps two of them from writing to
 * one element.
 *
 * @example
 * const recording = SharedArray.from([[1, 2, 3], [4, 5, 6]]);
 * recording.shape;        //=> [2, 3]
 * recording.row(1);       //=> Float64Array [4, 5, 6]
 * await new JobRunner(variance).runJobs(recording);
 */
export class SharedArray<D extends DType = DType> {
  /** Kind of the elements. */
  readonly dtype: D;
  /** Length of each dimension; frozen. */
  readonly shape: readonly number[];
  /** All elements in C order, as a typed array over the shared memory. */
  readonly data: TypedArrayOf<D, SharedArrayBuffer>;

  /**
   * An array over shared memory that exists already.
   *
   * @param shape - one length, or one for each dimension
   * @param byteOffset - where in `buffer` the first element is
   * @throws JobRunnerError `INVALID_ARRAY` if `buffer` is not shared or too small for the shape, the offset does
   * not fall on an element, or dtype or shape are none.
   */
  constructor(dtype: D, shape: number | readonly number[], buffer: SharedArrayBuffer, byteOffset = 0) {
    checkDtype(dtype);
    const lengths = checkShape(shape);
    const size = sizeOf(lengths, dtype);
    if (!types.isSharedArrayBuffer(buffer)) {
      throw new JobRunnerError(
        'INVALID_ARRAY',
        `the memory of a SharedArray is a SharedArrayBuffer, not ${say(buffer)}: SharedArray.from copies other data`,
      );
    }
    const bytes = bytesPerElement(dtype);
    if (!Number.isSafeInteger(byteOffset) || byteOffset < 0 || byteOffset % bytes !== 0) {
      throw new JobRunnerError(
        'INVALID_ARRAY',
        `byteOffset ${say(byteOffset)}: elements of ${dtype} start at multiples of ${bytes} bytes`,
      );
    }
    if (byteOffset + size * bytes > buffer.byteLength) {
      throw new JobRunnerError(
        'INVALID_ARRAY',
        `shape ${say(lengths)} of ${dtype} needs ${size * bytes} bytes from byte ${byteOffset}; the buffer has ${buffer.byteLength}`,
      );
    }
    this.dtype = dtype;
    this.shape = lengths;
    this.data = viewOf(dtype, buffer, byteOffset, size);
  }

  /**
   * A new array full of zeros.
   *
   * @param shape - one length, or one for each dimension; a dimension of 0 gives an empty array
   * @throws JobRunnerError `INVALID_ARRAY` for an unknown dtype, a shape that is none, or lack of memory.
   *
   * @example
   * const image = SharedArray.zeros('uint8', [480, 640, 3]);
   */
  static zeros<D extends DType>(dtype: D, shape: number | readonly number[]): SharedArray<D> {
    checkDtype(dtype);
    const lengths = checkShape(shape);
    return new SharedArray(dtype, lengths, allocate(sizeOf(lengths, dtype) * bytesPerElement(dtype)));
  }

  /**
   * A copy of `data` in shared memory.
   *
   * @param data - a typed array, an array of numbers or of bigints, or arrays of these, nested to any depth
   * @param shape - how to arrange the elements
   * @param dtype - what to store them as
   * @defaultValue `shape`: the shape that `data` has, `[length]` for one without nesting
   * @defaultValue `dtype`: that of the typed array, or of all the typed arrays; else float64, bigint64 for bigints
   * @throws JobRunnerError `INVALID_ARRAY` for ragged data, elements that are no numbers or do not fit the dtype,
   * and a shape of another size.
   *
   * @example
   * SharedArray.from(new Float32Array(6), [2, 3]);
   * SharedArray.from([[1, 2], [3, 4]], undefined, 'int32');
   */
  static from<const T extends NumericData>(
    data: T,
    shape?: number | readonly number[],
  ): SharedArray<DTypeIn<T>>;
  static from<D extends DType>(
    data: NumericData,
    shape: number | readonly number[] | undefined,
    dtype: D | undefined,
  ): SharedArray<D>;
  static from(data: NumericData, shape?: number | readonly number[], dtype?: DType): SharedArray {
    return arrayFrom(data, shape, dtype, 'data');
  }

  /** Length of the first dimension: how many rows, and how many jobs. */
  get length(): number {
    return this.shape[0] as number;
  }

  /** How many elements there are in all. */
  get size(): number {
    return this.data.length;
  }

  /**
   * The elements at `index` of the first axis, as a typed array over the same memory: of a matrix a row, of more
   * dimensions all that the index holds, flat, and of one dimension a single element.
   *
   * @throws JobRunnerError `INVALID_ARRAY` if there is no such row.
   */
  row(index: number): TypedArrayOf<D, SharedArrayBuffer> {
    if (!Number.isInteger(index) || index < 0 || index >= this.length) {
      throw new JobRunnerError(
        'INVALID_ARRAY',
        `there is no row ${say(index)} in an array of shape ${say(this.shape)}`,
      );
    }
    const width = this.size / this.length;
    return this.data.subarray(index * width, (index + 1) * width) as TypedArrayOf<D, SharedArrayBuffer>;
  }

  /** Along the first axis, what a job gets: the elements of one dimension, the rows of more. */
  *[Symbol.iterator](): Generator<ElementOf<D> | TypedArrayOf<D, SharedArrayBuffer>, void, undefined> {
    for (let index = 0; index < this.length; index++) yield itemAt(this, index);
  }

  /** A copy as plain arrays, nested once for each dimension. */
  toNested(): NestedArray<ElementOf<D>> {
    const { data, shape } = this;
    const nest = (axis: number, start: number, end: number): NestedArray<ElementOf<D>> => {
      if (axis === shape.length - 1) return Array.from(data.subarray(start, end) as Iterable<ElementOf<D>>);
      const length = shape[axis] as number;
      const width = length === 0 ? 0 : (end - start) / length;
      return Array.from({ length }, (_, i) => nest(axis + 1, start + i * width, start + (i + 1) * width));
    };
    return nest(0, 0, data.length);
  }

  static [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: a subclass inherits this and has to answer for itself
    return this === SharedArray ? isBranded(value) : Function.prototype[Symbol.hasInstance].call(this, value);
  }
}

brand(SharedArray.prototype);
// In the class it would need a type that isolated declarations cannot write down.
Object.defineProperty(SharedArray.prototype, inspect.custom, {
  value(this: SharedArray) {
    const gap = this.shape.length === 1 ? ' ' : '\n';
    return `SharedArray ${this.dtype} ${say(this.shape)}${gap}${corners(this)}`;
  },
});

/** Whether a value is a SharedArray, be it of another copy of the package. */
export function isSharedArray(value: unknown): value is SharedArray {
  return isBranded(value);
}

/** What the job at `index` of the first axis gets: an element of one dimension, a row of more. */
export function itemAt<D extends DType>(
  array: SharedArray<D>,
  index: number,
): ElementOf<D> | TypedArrayOf<D, SharedArrayBuffer> {
  return array.shape.length === 1 ? (array.data[index] as ElementOf<D>) : array.row(index);
}

/** {@link SharedArray.from}, for callers whose data goes by another name in error messages. */
export function arrayFrom(
  data: NumericData,
  shape: number | readonly number[] | undefined,
  dtype: DType | undefined,
  label: string,
): SharedArray {
  if (dtype !== undefined) checkDtype(dtype);
  const measured = measure(data, label);
  const array = SharedArray.zeros(dtype ?? measured.dtype, shape ?? measured.shape);
  const size = sizeOf(measured.shape, array.dtype);
  if (size !== array.size) {
    throw new JobRunnerError(
      'INVALID_ARRAY',
      `shape ${say(array.shape)} holds ${array.size} elements, and ${label} has ${size}`,
    );
  }
  write(data, measured.shape, array.data, label);
  return array;
}

/**
 * A copy of a typed array in shared memory, of the same class: jobs that get it, in whatever way, read the one
 * copy. Shared input is copied too, a Node `Buffer` gives a `Uint8Array`.
 *
 * @throws JobRunnerError `INVALID_ARRAY` for anything that is not a typed array of numbers or bigints.
 *
 * @example
 * const samples = sharedCopy(new Float64Array(10_000_000));
 * await new JobRunner(partial(lag, samples)).runJobs(lags);
 */
export function sharedCopy<A extends TypedArray>(array: A): TypedArrayOf<DTypeIn<A>, SharedArrayBuffer> {
  const dtype = dtypeOf(array);
  if (dtype === undefined) {
    throw new JobRunnerError(
      'INVALID_ARRAY',
      `sharedCopy takes a typed array, not ${say(array)}: SharedArray.from copies other data`,
    );
  }
  const copy = viewOf(dtype, allocate(array.byteLength));
  copyInto(copy, 0, array, () => 'array');
  return copy as TypedArrayOf<DTypeIn<A>, SharedArrayBuffer>;
}

/** How many values of a dimension to show at either end. */
const EDGE = 3;

function corners({ data, shape }: SharedArray): string {
  const show = (axis: number, offset: number, size: number): string => {
    if (axis === shape.length) {
      const value = data[offset] as number | bigint;
      if (typeof value === 'bigint') return `${value}n`;
      return String(Number.isInteger(value) ? value : Number(value.toPrecision(6)));
    }
    const length = shape[axis] as number;
    const width = length === 0 ? 0 : size / length;
    const parts: string[] = [];
    for (let i = 0; i < length; i++) {
      if (i === EDGE && length > 2 * EDGE) {
        parts.push('...');
        i = length - EDGE;
      }
      parts.push(show(axis + 1, offset + i * width, width));
    }
    return `[${parts.join(axis === shape.length - 1 ? ', ' : `,\n${' '.repeat(axis + 1)}`)}]`;
  };
  return show(0, 0, data.length);
}
