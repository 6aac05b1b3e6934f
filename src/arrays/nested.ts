import { JobRunnerError } from '../errors.ts';
import { isBranded } from './brand.ts';
import { type DType, dtypeOf, type TypedArray, type TypedArrayOf } from './dtype.ts';
import { fits } from './fit.ts';
import { sameShape, say } from './shape.ts';

/** What a SharedArray is to the code that it is made with. */
export interface SharedArrayLike<D extends DType = DType> {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly data: TypedArrayOf<D, SharedArrayBuffer>;
}

/** Numbers as they come: a typed array, an array of numbers or of bigints, arrays of any of these. */
export type NumericData =
  | TypedArray
  | SharedArrayLike
  | readonly number[]
  | readonly bigint[]
  | readonly (number | NumericData)[];

/** The dtype that follows from data: that of its typed arrays, else float64 or bigint64. */
export type DTypeIn<T> = [T] extends [never]
  ? 'float64'
  : [NumericData] extends [T]
    ? DType
    : T extends TypedArray
      ? { [D in DType]: T extends TypedArrayOf<D> ? D : never }[DType]
      : T extends SharedArrayLike<infer D>
        ? D
        : T extends bigint
          ? 'bigint64'
          : T extends readonly (infer Element)[]
            ? DTypeIn<Element>
            : 'float64';

/** What nested data turns out to be, before anything is allocated for it. */
interface Measure {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/**
 * The shape of nested data, as its first elements tell it, and its dtype. Where typed arrays of different dtypes
 * meet, float64 holds them all; numbers and bigints have nothing that holds both.
 */
export function measure(data: unknown, label: string): Measure {
  const shape: number[] = [];
  let node = data;
  for (;;) {
    const block = asBlock(node);
    if (block) shape.push(...block.shape);
    if (!Array.isArray(node)) break;
    shape.push(node.length);
    node = node[0];
  }
  if (shape.length === 0) {
    throw new JobRunnerError(
      'INVALID_ARRAY',
      `${label} is ${say(data)}, not a typed array, an array of numbers, or arrays of these`,
    );
  }
  return { shape, dtype: commonDtype(data, label) ?? 'float64' };
}

function commonDtype(node: unknown, label: string): DType | undefined {
  const block = asBlock(node);
  if (block) return dtypeOf(block.data);
  if (!Array.isArray(node)) return typeof node === 'bigint' ? 'bigint64' : 'float64';
  let common: DType | undefined;
  for (const child of node) {
    const dtype = commonDtype(child, label);
    if (common !== undefined && dtype !== undefined && dtype !== common) {
      if (holdsBigInts(dtype) || holdsBigInts(common)) {
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
      copyInto(target, offset, block.data, () => where(label, path));
      offset += block.data.length;
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

function put(
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

/** A part of nested data that brings its own typed array. */
function asBlock(node: unknown): { data: TypedArray; shape: readonly number[] } | undefined {
  if (isBranded(node)) return node as SharedArrayLike;
  return dtypeOf(node) === undefined
    ? undefined
    : { data: node as TypedArray, shape: [(node as TypedArray).length] };
}

function holdsBigInts(dtype: DType): boolean {
  return dtype === 'bigint64' || dtype === 'biguint64';
}

function where(label: string, path: readonly number[]): string {
  return `${label}${path.map((index) => `[${index}]`).join('')}`;
}
