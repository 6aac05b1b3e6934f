import { types } from 'node:util';
import { isBranded } from '../arrays/brand.ts';
import type { AnyFunction } from '../protocol/worker-reference.ts';
import { isNative } from './natives.ts';

/** A container that the job has made itself, of parts that it has not. */
export class Fresh {
  readonly elements: readonly unknown[];
  /** Where in it they are, if they are in one place. */
  readonly key: string | undefined;

  constructor(elements: readonly unknown[], key?: string) {
    // Boxes in boxes in boxes: somewhere it must end, or a loop that packs things would have no end.
    const isDeep = depthOf(elements) >= MAX_DEPTH;
    this.elements = isDeep
      ? elements.flatMap((part) => (part instanceof Fresh ? part.elements : [part]))
      : elements;
    this.key = key;
  }
}

/** A part that has not been looked at: there are too many, or only running the code would tell. */
export const UNKNOWN: object = Object.freeze({});

const MAX_DEPTH = 3;
/** So many elements of a container are looked at; the others are unknown. */
const ENOUGH = 100;

export function depthOf(values: readonly unknown[]): number {
  const boxes = values.filter((value) => value instanceof Fresh);
  return boxes.length === 0 ? 0 : 1 + Math.max(...boxes.map(({ elements }) => depthOf(elements)));
}

/** Everything that a step into a container may lead to, where nobody knows the key. */
export function elementsOf(holders: readonly unknown[]): unknown[] {
  return holders.flatMap((holder) => {
    if (holder instanceof Fresh) return holder.elements;
    if (holder === UNKNOWN) return [UNKNOWN];
    if (types.isMap(holder)) {
      const inside = some(holder.size * 2, [...first(holder.entries())].flat());
      // A loop over it gets pairs.
      return [...inside, new Fresh(inside)];
    }
    if (types.isSet(holder)) return some(holder.size, [...first(holder.values())]);
    if (ArrayBuffer.isView(holder) || isBranded(holder)) return [];
    if (Array.isArray(holder)) return some(holder.length, holder.slice(0, ENOUGH));
    const keys = Object.getOwnPropertyNames(Object(holder));
    return some(
      keys.length,
      keys.slice(0, ENOUGH).map((key) => Object.getOwnPropertyDescriptor(holder, key)?.value as unknown),
    );
  });
}

/** Whether going through an object runs code of the user's. */
export function hasOwnIterator(value: unknown): boolean {
  return [Symbol.iterator, Symbol.asyncIterator].some((key) =>
    isWritten(propertyOf(value, key)?.descriptor.value),
  );
}

/** Whether making a string, a number or JSON of an object, or waiting for it, runs code of the user's. */
export function hasOwnConversion(value: unknown): boolean {
  return CONVERSIONS.some((key) => isWritten(propertyOf(value, key)?.descriptor.value));
}

/** Whether reading some property of an object runs code of the user's. */
export function hasOwnGetter(value: unknown): boolean {
  if (ArrayBuffer.isView(value) || Array.isArray(value)) return false;
  // An object that has getters of its own does not travel; a class does. Tables may have a million properties.
  const first: unknown = typeof value === 'function' ? value : Object.getPrototypeOf(Object(value));
  for (let at = first; Object(at) === at; at = Object.getPrototypeOf(at)) {
    const descriptors = Object.values(Object.getOwnPropertyDescriptors(at as object));
    if (descriptors.some(({ get }) => isWritten(get))) return true;
  }
  return false;
}

const CONVERSIONS = ['toString', 'valueOf', 'toJSON', 'then', Symbol.toPrimitive] as const;

function isWritten(fn: unknown): boolean {
  return typeof fn === 'function' && !isNative(fn as AnyFunction);
}

function some(count: number, looked: readonly unknown[]): readonly unknown[] {
  return count > looked.length ? [...looked, UNKNOWN] : looked;
}

function* first<T>(iterator: Iterable<T>): Generator<T> {
  let n = 0;
  for (const element of iterator) {
    if (n++ === ENOUGH) return;
    yield element;
  }
}

/** A property of one holder, and who has it: the holder itself, or what it inherits from. */
export function propertyOf(
  holder: unknown,
  key: string | symbol,
): { readonly owner: object; readonly descriptor: PropertyDescriptor } | undefined {
  for (let at: unknown = holder; Object(at) === at; at = Object.getPrototypeOf(at)) {
    const descriptor = Object.getOwnPropertyDescriptor(at, key);
    if (descriptor) return { owner: at as object, descriptor };
  }
  return undefined;
}

/** Memory that every thread writes to, and every thread sees. */
export function isSharedMemory(value: unknown): boolean {
  if (isBranded(value) || types.isSharedArrayBuffer(value)) return true;
  return ArrayBuffer.isView(value) && types.isSharedArrayBuffer(value.buffer);
}
