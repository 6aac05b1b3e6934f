import { dtypeOf, type TypedArray } from '../arrays/dtype.ts';
import { isSharedArray, type SharedArray, sharedCopy } from '../arrays/shared-array.ts';
import { JobRunnerError } from '../errors.ts';
import { isOptions, show } from '../read-options.ts';
import type { ArgumentKey, CheckedSplit } from './split-options.ts';

export type Arguments = readonly unknown[];

/** Something with rows: of a typed array, and of a plain one, its elements. */
export type Rows = SharedArray | TypedArray | readonly unknown[];

/** The arguments of a call as the split has them. */
export interface SplitArguments {
  readonly args: Arguments;
  /** Those that are split, `out` among them. */
  readonly keys: readonly ArgumentKey[];
  /** How many rows they have; undefined if there are none. */
  readonly nRows: number | undefined;
  readonly nBytes: number;
  readonly out: Rows | undefined;
}

/** Finds what is to be split, and checks that it can be. */
export function readArguments(args: Arguments, { split, out }: CheckedSplit): SplitArguments {
  const keys = [...new Set(out === undefined ? split : [...split, out])].filter(
    (key) => argumentAt(args, key) !== undefined,
  );
  const arrays = keys.map((key) => rowsAt(args, key));
  const target = out === undefined || !keys.includes(out) ? undefined : rowsAt(args, out);
  if (target !== undefined && !isShared(target)) {
    throw new JobRunnerError(
      'INVALID_ARRAY',
      `${say(out!)} is where results are written, so it has to be in shared memory: SharedArray.zeros makes such an array`,
    );
  }
  const lengths = arrays.map((rows) => rows.length);
  const odd = lengths.findIndex((length) => length !== lengths[0]);
  if (odd > 0) {
    throw new JobRunnerError(
      'INVALID_ARRAY',
      `${say(keys[0]!)} has ${lengths[0]} rows and ${say(keys[odd]!)} ${lengths[odd]}: what is split has as many rows`,
    );
  }
  const nBytes = arrays.reduce((sum, rows) => sum + bytesOf(rows), 0);
  return { args, keys, nRows: lengths[0], nBytes, out: target };
}

/** Puts plain typed arrays into shared memory, where they would be copied for each block otherwise. */
export function shareArguments(given: SplitArguments, shared: readonly ArgumentKey[]): Arguments {
  return [...given.keys, ...shared].reduce((args, key) => {
    const value = argumentAt(args, key);
    return dtypeOf(value) === undefined || isShared(value as Rows)
      ? args
      : withArgument(args, key, sharedCopy(value as TypedArray));
  }, given.args);
}

/** The arguments of one block: rows `start` up to `stop` of what is split. */
export function blockOf(
  args: Arguments,
  keys: readonly ArgumentKey[],
  start: number,
  stop: number,
): Arguments {
  return keys.reduce((block, key) => withArgument(block, key, sliceOf(rowsAt(args, key), start, stop)), args);
}

function sliceOf(rows: Rows, start: number, stop: number): Rows {
  if (isSharedArray(rows)) return rows.slice(start, stop);
  return dtypeOf(rows) === undefined
    ? rows.slice(start, stop)
    : ((rows as TypedArray).subarray(start, stop) as TypedArray);
}

function rowsAt(args: Arguments, key: ArgumentKey): Rows {
  const value = argumentAt(args, key);
  if (isSharedArray(value) || dtypeOf(value) !== undefined || Array.isArray(value)) return value as Rows;
  throw new JobRunnerError('INVALID_ARRAY', `${say(key)} is ${show(value)}, and only arrays can be split`);
}

function argumentAt(args: Arguments, key: ArgumentKey): unknown {
  if (typeof key === 'number') return args[key];
  const options = args.at(-1);
  return isOptions(options) && Object.hasOwn(options, key)
    ? (options as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

function withArgument(args: Arguments, key: ArgumentKey, value: unknown): Arguments {
  return typeof key === 'number'
    ? args.with(key, value)
    : args.with(-1, { ...(args.at(-1) as object), [key]: value });
}

function isShared(rows: Rows): boolean {
  return isSharedArray(rows) || (rows as TypedArray).buffer instanceof SharedArrayBuffer;
}

/** Of plain arrays what their numbers would take. */
function bytesOf(rows: Rows): number {
  if (isSharedArray(rows)) return rows.data.byteLength;
  if (dtypeOf(rows) !== undefined) return (rows as TypedArray).byteLength;
  const first = rows[0] as { readonly length?: number } | undefined;
  return rows.length * (first?.length ?? 1) * Float64Array.BYTES_PER_ELEMENT;
}

function say(key: ArgumentKey): string {
  return typeof key === 'number' ? `argument ${key}` : `\`${key}\``;
}
