import { inspect, types } from 'node:util';
import { JobRunnerError } from '../errors.ts';
import { brand, isBranded } from './brand.ts';
import {
  bytesPerElement,
  type DType,
  dtypeOf,
  type ElementOf,
  isComplex,
  numbersPerElement,
  type TypedArray,
  type TypedArrayOf,
  viewOf,
} from './dtype.ts';
import { fits } from './fit.ts';
import { inspectArray } from './inspect.ts';
import { createLock, isLock, type Lock } from './lock.ts';
import {
  asBlock,
  copyInto,
  type DTypeIn,
  measure,
  type NumericData,
  type SharedArrayLike,
  write,
} from './nested.ts';
import {
  allocate,
  checkDtype,
  checkPresent,
  checkShape,
  elementsIn,
  numbersIn,
  say,
  sizeOf,
} from './shape.ts';
import {
  type ArrowVector,
  foreignBlock,
  isContiguous,
  type StdlibArray,
  type StridedArray,
  strideOf,
} from './strided.ts';

/** What `toNested` gives: an array of numbers for one dimension, arrays of arrays for more. */
export type NestedArray<Element> = Element[] | NestedArray<Element>[];

/** Beside the arrays, not in them: a private field would make the arrays of two copies of the package two types. */
const locks = new WeakMap<object, Lock>();

/** What may lie in shared memory already. */
export type WrappableData = TypedArray | SharedArrayLike | StridedArray | StdlibArray | ArrowVector;

/**
 * A numeric array in shared memory: every thread that gets it, as an input, inside one, in `workerArgs`, sees the
 * same elements, and nothing is copied. Any number of dimensions, in C order: the last index moves fastest.
 *
 * A runner maps over its first axis, `runJobs(array)`: jobs get the rows, as typed arrays over the same memory.
 * What a job writes into a row, all threads see; nothing but your own program keeps two of them from writing to
 * one element, unless they ask its `lock`.
 *
 * Of complex numbers, `data` and rows hold real and imaginary parts in turn.
 *
 * It takes no properties of yours, which other threads would not see: keep a sampling rate beside it, as in
 * `{ samples: recording, rate: 20_000 }`.
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
   * @param lock - the lock of another array over the same memory, to share it
   * @defaultValue `lock`: a lock of its own
   * @throws JobRunnerError `INVALID_ARRAY` if `buffer` is not shared or too small for the shape, the offset does
   * not fall on an element, or dtype or shape are none.
   */
  constructor(
    dtype: D,
    shape: number | readonly number[],
    buffer: SharedArrayBuffer,
    byteOffset = 0,
    lock?: Lock,
  ) {
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
    const perNumber = bytes / numbersPerElement(dtype);
    if (!Number.isSafeInteger(byteOffset) || byteOffset < 0 || byteOffset % perNumber !== 0) {
      throw new JobRunnerError(
        'INVALID_ARRAY',
        `byteOffset ${say(byteOffset)}: elements of ${dtype} start at multiples of ${perNumber} bytes`,
      );
    }
    if (byteOffset + size * bytes > buffer.byteLength) {
      throw new JobRunnerError(
        'INVALID_ARRAY',
        `shape ${say(lengths)} of ${dtype} needs ${size * bytes} bytes from byte ${byteOffset}; the buffer has ${buffer.byteLength}`,
      );
    }
    if (lock !== undefined && !isLock(lock)) {
      throw new JobRunnerError('INVALID_ARRAY', `the lock is ${say(lock)}, not that of another array`);
    }
    this.dtype = dtype;
    this.shape = lengths;
    this.data = viewOf(dtype, buffer, byteOffset, size * numbersPerElement(dtype));
    if (lock !== undefined) locks.set(this, lock);
    // What is put on them would stay behind: only memory, dtype and shape go to a thread.
    Object.preventExtensions(this.data);
    if (new.target === SharedArray) Object.freeze(this);
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
   * @param data - a typed array, an array of numbers or of bigints, an array of another library (scijs `ndarray`, a
   * chunk of zarrita, `@stdlib/ndarray`, a vector of Apache Arrow), or arrays of these, nested to any depth
   * @param shape - how to arrange the elements
   * @param dtype - what to store them as; data for complex ones has real and imaginary parts in turn
   * @defaultValue `shape`: the shape that `data` has, `[length]` for one without nesting
   * @defaultValue `dtype`: that of the typed array, or of all the typed arrays; else float64, bigint64 for bigints
   * @throws JobRunnerError `INVALID_ARRAY` for ragged data, elements that are no numbers or do not fit the dtype,
   * and a shape of another size.
   *
   * @example
   * SharedArray.from(new Float32Array(6), [2, 3]);
   * SharedArray.from([[1, 2], [3, 4]], undefined, 'int32');
   * SharedArray.from([3, 4, 0, 1], undefined, 'complex128');  // 3 + 4i, i
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

  /**
   * An array over the memory of `data`, which must be shared and in C order: nothing is copied. For a typed array, an
   * array of another library, or a vector of Apache Arrow that is in one piece and has no nulls.
   *
   * @param shape - how to arrange the elements
   * @defaultValue `shape`: the shape that `data` has
   * @throws JobRunnerError `INVALID_ARRAY` if memory or order are not so; `SharedArray.from` copies all of these.
   *
   * @example
   * const chunk = await zarr.get(array, null, { opts: { useSharedArrayBuffer: true } });
   * SharedArray.wrap(chunk);
   */
  static wrap<T extends WrappableData>(data: T, shape?: number | readonly number[]): SharedArray<DTypeIn<T>>;
  static wrap(data: WrappableData, shape?: number | readonly number[]): SharedArray {
    if (isBranded(data))
      return shape === undefined ? (data as SharedArray) : (data as SharedArray).reshape(shape);
    const block = dtypeOf(data) === undefined ? foreignBlock(data) : asBlock(data);
    const values = block?.data;
    const dtype = dtypeOf(values);
    const problem =
      block === undefined || dtype === undefined
        ? `is ${say(data)}, neither a typed array nor made of one`
        : !types.isSharedArrayBuffer((values as TypedArray).buffer)
          ? 'is not in shared memory'
          : isContiguous(block)
            ? undefined
            : `has the strides ${say(block.stride)}, which is not C order`;
    if (problem !== undefined) {
      throw new JobRunnerError('INVALID_ARRAY', `data ${problem}: SharedArray.from copies it`);
    }
    const { buffer, byteOffset, BYTES_PER_ELEMENT, length } = values as TypedArray<SharedArrayBuffer>;
    const { shape: own, offset } = block!;
    const start = byteOffset + offset * BYTES_PER_ELEMENT;
    const array = new SharedArray(dtype!, own, buffer, start);
    if (offset + array.size > length) {
      throw new JobRunnerError(
        'INVALID_ARRAY',
        `data has ${length} elements, and its shape ${say(own)} needs more`,
      );
    }
    return shape === undefined ? array : array.reshape(shape);
  }

  /** Length of the first dimension: how many rows, and how many jobs. */
  get length(): number {
    return this.shape[0] as number;
  }

  /** How many elements there are in all; `data` has twice as many numbers if they are complex. */
  get size(): number {
    return this.data.length / numbersPerElement(this.dtype);
  }

  /** How many elements apart the neighbours of each dimension are, as other libraries like to know. */
  get stride(): number[] {
    return strideOf(this.shape);
  }

  /** Lets one thread at a time at this array, its slices and its other views. */
  get lock(): Lock {
    const lock = locks.get(this) ?? createLock();
    locks.set(this, lock);
    return lock;
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
    const width = this.data.length / this.length;
    return this.data.subarray(index * width, (index + 1) * width) as TypedArrayOf<D, SharedArrayBuffer>;
  }

  /**
   * The rows from `start` up to `stop`, as an array over the same memory. As in JavaScript's own `slice`, negative
   * numbers count from the end, and what lies outside is left out.
   *
   * @throws JobRunnerError `INVALID_ARRAY` for fractions and other things that are no places between rows.
   */
  slice(start = 0, stop: number = this.length): SharedArray<D> {
    const [from, to] = [start, stop].map((index) => {
      if (Number.isInteger(index))
        return Math.min(Math.max(index < 0 ? this.length + index : index, 0), this.length);
      throw new JobRunnerError(
        'INVALID_ARRAY',
        `slices start and stop at whole numbers, not at ${say(index)}`,
      );
    }) as [number, number];
    const rows = Math.max(to - from, 0);
    const bytesPerRow = this.length === 0 ? 0 : this.data.byteLength / this.length;
    return viewFrom(
      this,
      [rows, ...this.shape.slice(1)],
      this.data.byteOffset + (rows && from) * bytesPerRow,
    );
  }

  /**
   * The same elements in another shape, over the same memory.
   *
   * @throws JobRunnerError `INVALID_ARRAY` for a shape of another size.
   */
  reshape(shape: number | readonly number[]): SharedArray<D> {
    const lengths = checkShape(shape);
    if (sizeOf(lengths, this.dtype) !== this.size) {
      throw new JobRunnerError(
        'INVALID_ARRAY',
        `shape ${say(lengths)} does not hold the ${this.size} elements of ${say(this.shape)}`,
      );
    }
    return viewFrom(this, lengths, this.data.byteOffset);
  }

  /** A copy in memory of its own, with a lock of its own. */
  copy(): SharedArray<D> {
    const copy = SharedArray.zeros(this.dtype, this.shape);
    copyInto(copy.data as TypedArray<SharedArrayBuffer>, 0, this.data, () => 'array');
    return copy;
  }

  /**
   * Adds to one element in a single step, so that no other thread's addition is lost, and returns what was there
   * before. For integers; what runs over, wraps. For several elements at once there is the `lock`.
   *
   * @param index - place in `data`, or an index for each dimension
   * @throws JobRunnerError `INVALID_ARRAY` for other dtypes, a value that is not of the dtype, and no such element.
   *
   * @example
   * histogram.add(bin, 1);
   * image.add([row, column], 1);
   */
  add(index: number | readonly number[], value: ElementOf<D>): ElementOf<D> {
    const { data, dtype } = this;
    if (dtype.startsWith('float') || dtype === 'uint8c' || isComplex(dtype)) {
      throw new JobRunnerError('INVALID_ARRAY', `${dtype} cannot be added to in one step: use the lock`);
    }
    if (!fits(dtype, value)) {
      throw new JobRunnerError(
        'INVALID_ARRAY',
        `${say(value)} does not fit ${dtype}, to which it is to be added`,
      );
    }
    return Atomics.add(data as Int32Array, placeOf(this, index), value as number) as ElementOf<D>;
  }

  /** Along the first axis, what a job gets: numbers of one dimension, rows of more, and complex numbers as pairs. */
  *[Symbol.iterator](): Generator<ElementOf<D> | TypedArrayOf<D, SharedArrayBuffer>, void, undefined> {
    for (let index = 0; index < this.length; index++) yield itemAt(this, index);
  }

  /** A copy as plain arrays, nested once for each dimension; complex numbers take two places in the innermost. */
  toNested(): NestedArray<ElementOf<D>> {
    const { data } = this;
    const shape = numbersIn(this.shape, this.dtype);
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
    return inspectArray(this);
  },
});

/** Other elements of an array's memory, with its lock. */
function viewFrom<D extends DType>(
  { dtype, data, lock }: SharedArray<D>,
  shape: readonly number[],
  byteOffset: number,
): SharedArray<D> {
  return new SharedArray(dtype, shape, data.buffer as SharedArrayBuffer, byteOffset, lock);
}

/** Where in its data an array has an element. */
function placeOf(array: SharedArray, index: number | readonly number[]): number {
  const [indices, shape] = typeof index === 'number' ? [[index], [array.size]] : [index, array.shape];
  let place = 0;
  const isInside = shape.every((length, axis) => {
    const at = indices[axis] ?? Number.NaN;
    place = place * length + at;
    return Number.isInteger(at) && at >= 0 && at < length;
  });
  if (isInside && indices.length === shape.length) return place;
  throw new JobRunnerError(
    'INVALID_ARRAY',
    `there is no element ${say(index)} in an array of shape ${say(array.shape)}`,
  );
}

/** Whether a value is a SharedArray, be it of another copy of the package. */
export function isSharedArray(value: unknown): value is SharedArray {
  return isBranded(value);
}

/** What the job at `index` of the first axis gets: a number of one dimension, a row of more, and a complex number. */
export function itemAt<D extends DType>(
  array: SharedArray<D>,
  index: number,
): ElementOf<D> | TypedArrayOf<D, SharedArrayBuffer> {
  const isNumber = array.shape.length === 1 && !isComplex(array.dtype);
  return isNumber ? (array.data[index] as ElementOf<D>) : array.row(index);
}

/** {@link SharedArray.from}, for callers whose data goes by another name in error messages. */
export function arrayFrom(
  data: NumericData,
  shape: number | readonly number[] | undefined,
  dtype: DType | undefined,
  label: string,
): SharedArray {
  if (dtype !== undefined) checkDtype(dtype);
  // Only once: what a vector in many pieces takes to be one array is a copy.
  const given = (isBranded(data) ? undefined : foreignBlock(data)) ?? data;
  const measured = measure(given, label);
  const kind = dtype ?? measured.dtype;
  const own = elementsIn(measured.shape, kind);
  const lengths = checkShape(shape ?? own);
  const size = sizeOf(own, kind);
  if (size !== sizeOf(lengths, kind)) {
    throw new JobRunnerError(
      'INVALID_ARRAY',
      `shape ${say(lengths)} holds ${sizeOf(lengths, kind)} elements, and ${label} has ${size}`,
    );
  }
  const array = SharedArray.zeros(kind, lengths);
  write(given, measured.shape, array.data as TypedArray<SharedArrayBuffer>, label);
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
  checkPresent(array, 'the array');
  const copy = viewOf(dtype, allocate(array.byteLength));
  copyInto(copy, 0, array, () => 'array');
  return copy as TypedArrayOf<DTypeIn<A>, SharedArrayBuffer>;
}
