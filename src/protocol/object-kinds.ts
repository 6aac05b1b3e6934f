import { EventEmitter } from 'node:events';
import { inspect, types } from 'node:util';

export function isPrimitive(value: unknown): boolean {
  return (
    value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol')
  );
}

export function isPlain(object: unknown): boolean {
  return Object.getPrototypeOf(object) === Object.prototype;
}

/**
 * Whether only structured clone knows what becomes of an object: kinds that have no plain copy, and what stands for
 * something outside JavaScript (a socket, a port), which must not arrive as an empty shell.
 */
export function needsTrial(object: object): boolean {
  const prototype = Object.getPrototypeOf(object) as object | null;
  if (prototype === Object.prototype || prototype === null) return false;
  return (
    types.isDate(object) ||
    types.isRegExp(object) ||
    types.isNativeError(object) ||
    types.isBoxedPrimitive(object) ||
    Object.prototype.toString.call(object) !== '[object Object]' ||
    mayHoldHandle(prototype)
  );
}

const handleHolders = new WeakMap<object, boolean>();

/** Whether objects of this prototype may stand for something that lives outside JavaScript. */
function mayHoldHandle(prototype: object): boolean {
  let known = handleHolders.get(prototype);
  if (known === undefined) {
    known = prototype instanceof EventEmitter || hasNativeConstructor(prototype);
    handleHolders.set(prototype, known);
  }
  return known;
}

function hasNativeConstructor(prototype: object): boolean {
  for (
    let at: object | null = prototype;
    at !== null && at !== Object.prototype;
    at = Object.getPrototypeOf(at)
  ) {
    const maker = Object.getOwnPropertyDescriptor(at, 'constructor')?.value as unknown;
    if (typeof maker === 'function' && Function.prototype.toString.call(maker).includes('[native code]'))
      return true;
  }
  return false;
}

/** Listing the keys of an array costs as much as copying it many times over; one this short is listed all the same. */
const SHORT_ARRAY = 32;

/** Whether an array has properties beside its elements. */
export function hasFields(array: readonly unknown[]): boolean {
  if (array.length <= SHORT_ARRAY) return Object.keys(array).some(isNoIndex);
  // The one function of Node's that tells without listing the elements.
  const shown = inspect(array, { maxArrayLength: 0, depth: 0, customInspect: false });
  return !/\[ \.\.\. \d+ more items? \]$/.test(shown);
}

export function isNoIndex(key: string): boolean {
  return String(Number(key) >>> 0) !== key;
}
