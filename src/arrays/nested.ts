import { JobRunnerError } from '../errors.ts';
import { isBranded } from './brand.ts';
import {
  type DType,
  dtypeOf,
  isComplex,
  type RealDType,
  type TypedArray,
  type TypedArrayOf,
} from './dtype.ts';
import { fits } from './fit.ts';
import { checkPresent, numbersIn, sameShape, say } from './shape.ts';
import {
  type ArrowVector,
  type Block,
  eachElement,
  extentOf,
  foreignBlock,
  isContiguous,
  type StdlibArray,
  type StridedArray,
  strideOf,
} from './strided.ts';

/** What a SharedArray is to the code that it is made with. */
export interface SharedArrayLike<D extends DType = DType> {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly data: TypedArrayOf<D, SharedArrayBuffer>;
}

/**
 * Numbers as they come: a typed array, an array of numbers or of bigints, an array of another library (scijs
 * `ndarray`, a chunk of zarrita, `@stdlib/ndarray`, a vector of Apache Arrow), arrays of any of these.
 */
export type NumericData =
  | TypedArray
  | SharedArrayLike
  | StridedArray
  | StdlibArray
  | ArrowVector
  | readonly number[]
  | readonly bigint[]
  | readonly (number | NumericData)[];

/** The dtype that follows from data: that of its typed arrays, else float64 or bigint64. */
export type DTypeIn<T> = [T] extends [never]
  ? 'float64'
  : [NumericData] extends [T]
    ? DType
    : T extends TypedArray
      ? { [D in RealDType]: T extends TypedArrayOf<D> ? D : never }[RealDType]
      : T extends SharedArrayLike<infer D>
        ? D
        : T extends StridedArray<infer Data> | StdlibArray<infer Data> | ArrowVector<infer Data>
          ? DTypeIn<Data>
          : T extends bigint
            ? 'bigint64'
            : T extends readonly (infer Element)[]
              ? DTypeIn<Element>
              : 'float64';

/** What nested data turns out to be, before anything is allocated for it. */
interface Measure {
  /** In numbers: of complex data the last dimension counts double. */
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/**
 * The shape of nested data, as its first elements tell it, and its dtype. Where typed arrays of different dtypes
 * meet, float64 holds them all; numbers and bigints have nothing that holds both.
 */
export function measure(data: unknown, label: string): Measure {
  const shape: number[] = [];
  const outer = new Set<unknown>();
  let node = data;
  while (Array.isArray(node)) {
    if (outer.has(node)) throw new JobRunnerError('INVALID_ARRAY', `${label} contains itself`);
    outer.add(node);
    shape.push(node.length);
    node = node[0];
  }
  const block = asBlock(node);
  if (block !== undefined) shape.push(...block.shape);
  else if (shape.length === 0) {
    throw new JobRunnerError(
      'INVALID_ARRAY',
      `${label} is ${say(data)}, not a typed array, an array of numbers, or arrays of these`,
    );
  }
  return { shape, dtype: commonDtype(data, label, shape.length) ?? 'float64' };
}

/** No deeper than `depth` arrays in arrays: what is deeper has another shape, which is for `write` to say. */
function commonDtype(node: unknown, label: string, depth: number): DType | undefined {
  if (isBranded(node)) return (node as SharedArrayLike).dtype;
  if (!Array.isArray(node)) {
    const block = asBlock(node);
    const kind = block && dtypeOf(block.data);
    return kind ?? (typeof (block?.data[0] ?? node) === 'bigint' ? 'bigint64' : 'float64');
  }
  if (depth === 0) return undefined;
  let common: DType | undefined;
  for (const child of node) {
    const dtype = commonDtype(child, label, depth - 1);
    if (common !== undefined && dtype !== undefined && dtype !== common) {
      if (![dtype, common].every((kind) => mixes(kind))) {
        throw new JobRunnerError(
          'INVALID_ARRAY',
          `${label} mixes ${common} and ${dtype}: say which dtype you want`,
        );
      }
      common = 'float64';
    } else common ??= dtype;
    // What a row of plain numbers holds is checked when it is written: one look is enough here.
    if (typeof child === 'number' || typeof child === 'bigint') break;
  }
  return common;
}

/** Writes nested data into `target` in C order; everything has to have the shape that was measured. */
export function write(
  data: unknown,
  shape: readonly number[],
  target: TypedArray<SharedArrayBuffer>,
  label: string,
): void {
  const dtype = dtypeOf(target) as DType;
  const path: number[] = [];
  let offset = 0;
  walk(data);

  function walk(node: unknown): void {
    const expected = shape.slice(path.length);
    if (expected.length === 0) {
      put(target, dtype, offset++, node, () => where(label, path));
      return;
    }
    const block = asBlock(node);
    const actual = block?.shape ?? (Array.isArray(node) ? [node.length, ...expected.slice(1)] : []);
    if (!sameShape(actual, expected)) {
      const first = where(
        label,
        path.map(() => 0),
      );
      const is = actual.length === 0 ? `is ${say(node)}` : `has shape ${say(actual)}`;
      throw new JobRunnerError(
        'INVALID_ARRAY',
        `${where(label, path)} ${is}, while ${first} has ${say(expected)}`,
      );
    }
    if (block) {
      offset += copyBlock(target, offset, block, () => where(label, path));
      return;
    }
    const children = node as readonly unknown[];
    for (let index = 0; index < children.length; index++) {
      path.push(index);
      walk(children[index]);
      path.pop();
    }
  }
}

/** Copies what a block holds, in C order; returns how many numbers that are. */
function copyBlock(
  target: TypedArray<SharedArrayBuffer>,
  offset: number,
  block: Block,
  name: () => string,
): number {
  const { data, shape, stride } = block;
  const size = shape.reduce((product, length) => product * length, 1);
  const [least, most] = extentOf(block) ?? [0, -1];
  if (!stride.every(Number.isInteger)) {
    throw new JobRunnerError(
      'INVALID_ARRAY',
      `${name()} has the strides ${say(stride)}, and strides are whole numbers`,
    );
  }
  if (!Number.isInteger(size) || !Number.isInteger(least) || least < 0 || most >= data.length) {
    throw new JobRunnerError(
      'INVALID_ARRAY',
      `${name()} has shape ${say(shape)} and reaches elements ${least} to ${most}, and its data has ${data.length}`,
    );
  }
  const from = dtypeOf(data);
  if (from !== undefined) checkPresent(data as TypedArray, name());
  if (from !== undefined && isContiguous(block)) {
    copyInto(target, offset, (data as TypedArray).subarray(block.offset, block.offset + size), name);
  } else if (from === dtypeOf(target)) {
    const source = data as Float64Array;
    const to = target as Float64Array;
    eachElement(block, (at, n) => {
      to[offset + n] = source[at]!;
    });
  } else {
    const dtype = dtypeOf(target) as DType;
    eachElement(block, (at, n) => {
      put(target, dtype, offset + n, data[at], () => `the element at ${at} of ${name()}`);
    });
  }
  return size;
}

/** Copies elements between dtypes: what the target cannot hold is an error, never wrapped. */
export function copyInto(
  target: TypedArray<SharedArrayBuffer>,
  offset: number,
  source: TypedArray,
  name: () => string,
): void {
  const dtype = dtypeOf(target) as DType;
  const from = dtypeOf(source) as DType;
  if (from === dtype || (dtype === 'float64' && !holdsBigInts(from))) {
    (target as Float64Array).set(source as Float64Array, offset);
    return;
  }
  for (let index = 0; index < source.length; index++) {
    put(target, dtype, offset + index, source[index], () => `${name()}[${index}]`);
  }
}

/** Writes one value, which has to fit. */
export function put(
  target: TypedArray<SharedArrayBuffer>,
  dtype: DType,
  offset: number,
  value: unknown,
  name: () => string,
): void {
  if (!fits(dtype, value)) {
    const kind = holdsBigInts(dtype) ? 'bigint' : 'number';
    const problem = typeof value === kind ? `does not fit ${dtype}` : `is not a ${kind}, as ${dtype} needs`;
    throw new JobRunnerError('INVALID_ARRAY', `${name()} is ${say(value)}, which ${problem}`);
  }
  (target as { [index: number]: unknown })[offset] = value;
}

/** A part of nested data that brings memory of its own. */
export function asBlock(node: unknown): Block | undefined {
  if (isBranded(node)) {
    const { dtype, data, shape: elements } = node as SharedArrayLike;
    const shape = numbersIn(elements, dtype);
    return { data, shape, stride: strideOf(shape), offset: 0 };
  }
  if (dtypeOf(node) === undefined) return foreignBlock(node);
  const data = node as TypedArray;
  return { data, shape: [data.length], stride: [1], offset: 0 };
}

/** Whether float64 holds what arrays of this dtype do. */
function mixes(dtype: DType): boolean {
  return !holdsBigInts(dtype) && !isComplex(dtype);
}

function holdsBigInts(dtype: DType): boolean {
  return dtype === 'bigint64' || dtype === 'biguint64';
}

function where(label: string, path: readonly number[]): string {
  return `${label}${path.map((index) => `[${index}]`).join('')}`;
}
