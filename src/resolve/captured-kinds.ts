import { EventEmitter } from 'node:events';
import { types } from 'node:util';
import { isBranded, isOfSubclass } from '../arrays/brand.ts';
import { addedProperties } from '../protocol/added-properties.ts';
import type { AnyFunction } from '../protocol/worker-reference.ts';
import { isNative } from './natives.ts';

/** Whether structured clone gives the same thing on the other side. */
export function isPlain(value: unknown, seen: Set<object>): boolean {
  if (typeof value !== 'object' || value === null)
    return typeof value !== 'function' && typeof value !== 'symbol';
  if (seen.has(value)) return true;
  seen.add(value);
  if (types.isProxy(value)) return false;
  if (isBranded(value)) return !isOfSubclass(value);
  if (!Object.isExtensible(value)) return false;
  if (isLeaf(value)) {
    const isReset = Buffer.isBuffer(value) || (types.isRegExp(value) && value.lastIndex !== 0);
    const isOther = types.isNativeError(value) && !isMadeByItsName(value);
    return !isReset && !isOther && addedProperties(value).length === 0;
  }
  if (!isPlainContainer(value)) return false;
  if (isIterable(value) && addedProperties(value).length > 0) return false;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const element: unknown = value[i];
      if (typeof element === 'number') continue;
      // One that has more holes than elements would take forever.
      if (element === undefined && !(i in value))
        return Object.keys(value).every((key) => isPlain(value[key as never], seen));
      if (!isPlain(element, seen)) return false;
    }
    return true;
  }
  if (types.isMap(value))
    return [...value].every(([key, member]) => isPlain(key, seen) && isPlain(member, seen));
  if (types.isSet(value)) return [...value].every((member) => isPlain(member, seen));
  return Reflect.ownKeys(value).every((key) => {
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    return (
      typeof key === 'string' &&
      descriptor?.enumerable === true &&
      'value' in descriptor &&
      isPlain(descriptor.value, seen)
    );
  });
}

/** Plain objects and arrays of such and of primitives, frozen all of them: a table of them needs but one word. */
export function isDeeplyFrozen(value: unknown, seen: Set<object>): boolean {
  if (typeof value !== 'object' || value === null)
    return typeof value !== 'function' && typeof value !== 'symbol';
  if (seen.has(value)) return true;
  seen.add(value);
  if (types.isProxy(value) || isBranded(value) || !Object.isFrozen(value) || !isPlainContainer(value))
    return false;
  if (types.isMap(value) || types.isSet(value)) return false;
  return Reflect.ownKeys(value).every((key) => {
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    const isOrdinary = typeof key === 'string' && descriptor?.enumerable === true && 'value' in descriptor;
    return (
      (isOrdinary || (Array.isArray(value) && key === 'length')) && isDeeplyFrozen(descriptor?.value, seen)
    );
  });
}

function isIterable(object: object): boolean {
  return Array.isArray(object) || types.isMap(object) || types.isSet(object);
}

/** Structured clone tells the class of an error by its name, and does not know all of them. */
export function isMadeByItsName(error: Error): boolean {
  const { name } = Object.getPrototypeOf(error).constructor as AnyFunction;
  return error.name === name && name !== AggregateError.name;
}

/** What structured clone knows by itself, if it is of no class of the user's. */
export function isLeaf(object: object): boolean {
  const isKnown = isExotic(object) && !types.isMap(object) && !types.isSet(object);
  return isKnown && (Buffer.isBuffer(object) || isBuiltInClass(Object.getPrototypeOf(object)));
}

export function isExotic(object: object): boolean {
  return (
    ArrayBuffer.isView(object) ||
    types.isAnyArrayBuffer(object) ||
    types.isMap(object) ||
    types.isSet(object) ||
    types.isDate(object) ||
    types.isRegExp(object) ||
    types.isNativeError(object) ||
    types.isBoxedPrimitive(object)
  );
}

export function isPlainContainer(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (Array.isArray(object) || types.isMap(object) || types.isSet(object)) {
    return typeof prototype === 'object' && prototype !== null && isBuiltInClass(prototype);
  }
  return isObjectPrototype(prototype);
}

/** In a realm of its own, as vitest may have, `Object.prototype` is another one. */
export function isObjectPrototype(prototype: unknown): boolean {
  if (prototype === Object.prototype) return true;
  return (
    typeof prototype === 'object' &&
    prototype !== null &&
    Object.getPrototypeOf(prototype) === null &&
    Object.hasOwn(prototype, 'hasOwnProperty')
  );
}

function isBuiltInClass(prototype: unknown): boolean {
  const maker: unknown = Object.getOwnPropertyDescriptor(Object(prototype), 'constructor')?.value;
  return typeof maker === 'function' && isNative(maker as AnyFunction);
}

/** Sockets, promises, generators: something that lives in this thread only. */
export function madeByNode(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype === null || types.isModuleNamespaceObject(object)) return false;
  if (Object.prototype.toString.call(object) !== '[object Object]') return true;
  for (let at = prototype; at !== null && !isObjectPrototype(at); at = Object.getPrototypeOf(at)) {
    const maker: unknown = Object.getOwnPropertyDescriptor(Object(at), 'constructor')?.value;
    if (typeof maker === 'function' && (isNative(maker as AnyFunction) || isOfNode(maker))) return true;
  }
  return false;
}

function isOfNode(maker: object): boolean {
  return maker === EventEmitter;
}

export function makerOf(object: object): AnyFunction | undefined {
  const prototype: unknown = Object.getPrototypeOf(object);
  const maker: unknown = Object.getOwnPropertyDescriptor(Object(prototype), 'constructor')?.value;
  const isItsMaker = typeof maker === 'function' && maker.prototype === prototype;
  return isItsMaker ? (maker as AnyFunction) : undefined;
}

export function nameOf(object: object): string {
  const name: unknown = (object.constructor as { readonly name?: unknown } | undefined)?.name;
  return typeof name === 'string' && name !== '' ? name : 'a class of its own';
}
