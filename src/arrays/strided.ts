import { JobRunnerError } from '../errors.ts';
import { type DType, dtypeOf, type TypedArray } from './dtype.ts';

/**
 * An array of another library, by its shape alone: what the `ndarray` of scijs is, and a chunk of zarrita. Index
 * `(i, j)` is element `offset + i * stride[0] + j * stride[1]` of the data.
 */
export interface StridedArray<Data = TypedArray | readonly number[]> {
  readonly data: Data;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly offset?: number;
}

/** The same in the words of `@stdlib/ndarray`. */
export interface StdlibArray<Data = TypedArray | readonly number[]> {
  readonly data: Data;
  readonly shape: ArrayLike<number>;
  readonly strides: ArrayLike<number>;
  readonly offset: number;
}

/** A column of Apache Arrow. */
export interface ArrowVector<Data = TypedArray> {
  readonly length: number;
  readonly nullCount: number;
  toArray(): Data;
  get(index: number): unknown;
}

/** Elements somewhere in `data`. */
export interface Block {
  readonly data: TypedArray | readonly number[];
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly offset: number;
}

/** How far apart neighbours of each axis are, in C order. */
export function strideOf(shape: readonly number[]): number[] {
  const stride = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    stride[axis] = step;
    step *= shape[axis]!;
  }
  return stride;
}

/** What an array of another library holds; undefined for everything else. */
export function foreignBlock(value: unknown): Block | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return stridedBlock(value) ?? arrowBlock(value);
}

function stridedBlock(value: object): Block | undefined {
  const { data, shape, stride, strides = stride, offset = 0 } = value as Partial<StridedArray & StdlibArray>;
  if (dtypeOf(data) === undefined && !Array.isArray(data)) return undefined;
  if (!isList(shape) || !isList(strides) || shape.length !== strides.length) return undefined;
  const block = { data: data as Block['data'], offset };
  // A number by itself is an array of one.
  if (shape.length === 0) return { ...block, shape: [1], stride: [1] };
  return { ...block, shape: Array.from(shape), stride: Array.from(strides) };
}

function arrowBlock(value: object): Block | undefined {
  const { length, nullCount, toArray, get } = value as Partial<ArrowVector>;
  if (typeof length !== 'number' || typeof nullCount !== 'number') return undefined;
  if (typeof toArray !== 'function' || typeof get !== 'function') return undefined;
  const vector = value as ArrowVector;
  const data = vector.toArray();
  const dtype = dtypeOf(data);
  if (dtype === undefined) return undefined;
  const whole = data.subarray(0, length);
  return {
    data: nullCount === 0 ? whole : withoutNulls(whole, dtype, vector),
    shape: [length],
    stride: [1],
    offset: 0,
  };
}

/** What lies below a null is whatever was there before: a copy in which it is NaN. */
function withoutNulls(data: TypedArray, dtype: DType, vector: ArrowVector): TypedArray {
  if (dtype !== 'float64' && dtype !== 'float32') {
    throw new JobRunnerError(
      'INVALID_ARRAY',
      `the vector has ${vector.nullCount} nulls, and ${dtype} has no NaN to stand for them`,
    );
  }
  const copy = data.slice();
  for (let i = 0; i < copy.length; i++) if (vector.get(i) === null) copy[i] = Number.NaN;
  return copy;
}

function isList(value: unknown): value is ArrayLike<number> {
  return (
    typeof value === 'object' && value !== null && typeof (value as ArrayLike<unknown>).length === 'number'
  );
}

/** Whether the elements of a block lie one after the other as C order has them. */
export function isContiguous({ shape, stride }: Block): boolean {
  const expected = strideOf(shape);
  if (shape.includes(0)) return true;
  return shape.every((length, axis) => length === 1 || stride[axis] === expected[axis]);
}

/** Calls `visit` with the index into the data of every element, in C order. */
export function eachElement({ shape, stride, offset }: Block, visit: (at: number, n: number) => void): void {
  let n = 0;
  const last = shape.length - 1;
  const walk = (axis: number, start: number): void => {
    const length = shape[axis]!;
    const step = stride[axis]!;
    if (axis === last) for (let i = 0; i < length; i++) visit(start + i * step, n++);
    else for (let i = 0; i < length; i++) walk(axis + 1, start + i * step);
  };
  if (last < 0) visit(offset, n);
  else walk(0, offset);
}

/** The least and the greatest index into the data that a block reaches; undefined if it has no elements. */
export function extentOf({ shape, stride, offset }: Block): readonly [number, number] | undefined {
  if (shape.includes(0)) return undefined;
  let least = offset;
  let most = offset;
  shape.forEach((length, axis) => {
    const reach = (length - 1) * stride[axis]!;
    if (reach < 0) least += reach;
    else most += reach;
  });
  return [least, most];
}
