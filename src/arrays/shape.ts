import { JobRunnerError } from '../errors.ts';
import { isBranded } from './brand.ts';
import { bytesPerElement, DTYPES, type DType, isDType, numbersPerElement, type TypedArray } from './dtype.ts';
import { allocateShared } from './shared-memory.ts';

export function checkDtype(dtype: unknown): asserts dtype is DType {
  if (!isDType(dtype)) {
    throw new JobRunnerError('INVALID_ARRAY', `unknown dtype ${say(dtype)}: use one of ${DTYPES.join(', ')}`);
  }
}

/** Whether a buffer has been moved to somewhere else: it has no bytes, and cannot be looked at. */
export function isMoved(buffer: ArrayBufferLike): boolean {
  if (buffer.byteLength > 0) return false;
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

/** Refuses an array that looks empty because its memory has been moved. */
export function checkPresent({ buffer }: TypedArray, name: string): void {
  if (!isMoved(buffer)) return;
  throw new JobRunnerError('INVALID_ARRAY', `the memory of ${name} has been moved elsewhere`);
}

/** A shape as the caller may write it, checked, copied and frozen. */
export function checkShape(shape: unknown): readonly number[] {
  const dimensions: readonly unknown[] = Array.isArray(shape) ? shape : [shape];
  // Array.from, because a hole in the array must not escape the check.
  const lengths = Array.from(dimensions, (length) => {
    if (typeof length !== 'number' || !Number.isSafeInteger(length) || length < 0) {
      throw new JobRunnerError(
        'INVALID_ARRAY',
        `shape ${say(shape)}: dimensions are whole numbers from 0 up, and ${say(length)} is not`,
      );
    }
    return length === 0 ? 0 : length; // never -0
  });
  if (lengths.length === 0) {
    throw new JobRunnerError('INVALID_ARRAY', 'a shape has at least one dimension, and [] has none');
  }
  return Object.freeze(lengths);
}

/** How many elements a shape holds, if memory of that dtype can be addressed at all. */
export function sizeOf(shape: readonly number[], dtype: DType): number {
  const size = shape.reduce((product, length) => product * length, 1);
  if (!Number.isSafeInteger(size * bytesPerElement(dtype))) {
    throw new JobRunnerError(
      'INVALID_ARRAY',
      `shape ${say(shape)} of ${dtype} is more than can be addressed`,
    );
  }
  return size;
}

/** The shape of the numbers that elements of this shape are: complex ones lie in pairs along the last axis. */
export function numbersIn(shape: readonly number[], dtype: DType): readonly number[] {
  return [...shape.slice(0, -1), shape.at(-1)! * numbersPerElement(dtype)];
}

/** The other way round. */
export function elementsIn(shape: readonly number[], dtype: DType): readonly number[] {
  const last = shape.at(-1)! / numbersPerElement(dtype);
  if (Number.isInteger(last)) return [...shape.slice(0, -1), last];
  throw new JobRunnerError(
    'INVALID_ARRAY',
    `elements of ${dtype} are pairs of numbers, and along the last axis of ${say(shape)} there are ${shape.at(-1)}`,
  );
}

/** Shared memory of so many bytes, zeroed. */
export function allocate(bytes: number): SharedArrayBuffer {
  try {
    return allocateShared(bytes);
  } catch (cause) {
    throw new JobRunnerError('INVALID_ARRAY', `no shared memory of ${bytes} bytes to be had`, { cause });
  }
}

export function sameShape(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((length, axis) => length === other[axis]);
}

/** A value in an error message: short, and unlike a number if it is not one. */
export function say(value: unknown, depth = 3): string {
  if (Array.isArray(value)) {
    if (depth === 0) return '[...]';
    const first = value.slice(0, 8).map((element) => say(element, depth - 1));
    return `[${first.join(', ')}${value.length > 8 ? ', ...' : ''}]`;
  }
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return `function ${value.name}`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (isBranded(value)) return 'a SharedArray';
  return `${/^[aeiou]/i.test(className(value)) ? 'an' : 'a'} ${className(value)}`;
}

function className(value: object): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}
