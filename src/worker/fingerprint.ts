import { types } from 'node:util';
import { isBranded } from '../arrays/brand.ts';
import { addedProperties } from '../protocol/added-properties.ts';

/**
 * Numbers that tell whether values have changed: equal values have equal ones, and others almost surely not. Objects
 * and functions that have been seen once are known again, so exchanging one for another is a change, too. Shared
 * memory counts for nothing: it may be written.
 */
export class Fingerprints {
  readonly #identities = new WeakMap<object, number>();
  #nIdentities = 0;

  of(value: unknown): number {
    return this.#walk().mix(SEED, value);
  }

  /** Of what objects have themselves, and not of what that has in turn; so large ones take no longer than small ones. */
  ofOwn(objects: readonly object[]): number {
    const walk = this.#walk();
    return objects.reduce((hash, object) => walk.mixOwn(hash, object), SEED);
  }

  #walk(): Walk {
    return new Walk((object) => this.#identityOf(object));
  }

  #identityOf(object: object): number {
    let identity = this.#identities.get(object);
    if (identity === undefined) {
      identity = ++this.#nIdentities;
      this.#identities.set(object, identity);
    }
    return identity;
  }
}

class Walk {
  readonly #identityOf: (object: object) => number;
  readonly #seen = new Set<object>();
  readonly #keys = new Map<string, number>();

  constructor(identityOf: (object: object) => number) {
    this.#identityOf = identityOf;
  }

  mix(hash: number, value: unknown): number {
    switch (typeof value) {
      case 'number':
        return mixNumber(hash, value);
      case 'string':
        return mixText(hash, value);
      case 'object':
        return value === null ? mixInteger(hash, 1) : this.#mixObject(hash, value);
      case 'function':
        return this.#mixObject(hash, value);
      case 'bigint':
        return mixText(mixInteger(hash, 2), String(value));
      case 'boolean':
        return mixInteger(hash, value ? 3 : 4);
      default:
        return mixInteger(hash, 5);
    }
  }

  #mixObject(before: number, object: object): number {
    let hash = mixInteger(before, this.#identityOf(object));
    // Looking into a proxy would run its traps.
    if (this.#seen.has(object) || types.isProxy(object) || isBranded(object)) return hash;
    this.#seen.add(object);
    hash = this.#mixKind(hash, object);
    if (ArrayBuffer.isView(object)) {
      hash = mixBytes(hash, object.buffer, object.byteOffset, object.byteLength);
      return this.#mixProperties(hash, object, addedProperties(object));
    }
    if (types.isAnyArrayBuffer(object)) hash = mixBytes(hash, object, 0, object.byteLength);
    hash = this.#mixInside(hash, object);
    if (Array.isArray(object)) return this.#mixArray(hash, object);
    return this.#mixProperties(hash, object, keysOf(object));
  }

  /** What an object inherits, and whether it may be changed. */
  #mixKind(before: number, object: object): number {
    const mayGrow = Object.isExtensible(object);
    const integrity = mayGrow ? 0 : Object.isFrozen(object) ? 3 : Object.isSealed(object) ? 2 : 1;
    const prototype: object | null = Object.getPrototypeOf(object);
    const hash = mixInteger(mixInteger(before, integrity), prototype ? this.#identityOf(prototype) : 0);
    // What a library adds to those of the language, a polyfill say, is not the value's affair.
    return prototype && !OF_LANGUAGE.has(prototype) ? this.mixOwn(hash, prototype) : hash;
  }

  /** The properties of an object, by which objects and functions they hold. */
  mixOwn(before: number, object: object): number {
    if (this.#seen.has(object) || types.isProxy(object)) return before;
    this.#seen.add(object);
    let hash = before;
    for (const key of keysOf(object)) {
      const { value, get, set } = Object.getOwnPropertyDescriptor(object, key)!;
      hash = this.#mixKey(hash, key);
      for (const held of [value, get, set]) {
        hash = Object(held) === held ? mixInteger(hash, this.#identityOf(held)) : this.mix(hash, held);
      }
    }
    return hash;
  }

  #mixArray(before: number, array: readonly unknown[]): number {
    let hash = mixInteger(before, array.length);
    for (let i = 0; i < array.length; i++) {
      const element = array[i];
      // One that has more holes than elements would take forever.
      if (element === undefined && !(i in array)) return this.#mixProperties(hash, array, keysOf(array));
      hash = this.mix(hash, element);
    }
    return this.#mixProperties(hash, array, addedProperties(array));
  }

  #mixProperties(before: number, object: object, keys: readonly (string | symbol)[]): number {
    let hash = before;
    for (const key of keys) {
      // A getter may do anything.
      const { value, writable, enumerable, configurable } =
        Object.getOwnPropertyDescriptor(object, key) ?? {};
      const flags = Number(writable) + 2 * Number(enumerable) + 4 * Number(configurable);
      hash = this.mix(mixInteger(this.#mixKey(hash, key), flags), value);
    }
    return hash;
  }

  /** What an object has beside properties. */
  #mixInside(before: number, object: object): number {
    let hash = before;
    if (types.isMap(object)) for (const [key, value] of object) hash = this.mix(this.mix(hash, key), value);
    else if (types.isSet(object)) for (const member of object) hash = this.mix(hash, member);
    else if (types.isDate(object)) hash = mixNumber(hash, object.getTime());
    else if (types.isRegExp(object)) hash = mixNumber(hash, object.lastIndex);
    else if (object instanceof URL || object instanceof URLSearchParams) hash = mixText(hash, `${object}`);
    return hash;
  }

  #mixKey(hash: number, key: string | symbol): number {
    if (typeof key === 'symbol') return mixText(hash, String(key));
    let known = this.#keys.get(key);
    if (known === undefined) {
      known = mixText(SEED, key);
      if (this.#keys.size < MAX_KEYS) this.#keys.set(key, known);
    }
    return mixInteger(hash, known);
  }
}

/** Hidden ones, too, but for an error's stack: looking at it makes it. */
function keysOf(object: object): (string | symbol)[] {
  const names = Object.getOwnPropertyNames(object);
  const symbols = Object.getOwnPropertySymbols(object);
  const keys = symbols.length === 0 ? names : [...names, ...symbols];
  return types.isNativeError(object) ? keys.filter((key) => key !== 'stack') : keys;
}

const OF_LANGUAGE: ReadonlySet<object> = new Set(
  [
    ...[Object, Function, Array, Map, Set, Date, RegExp, Promise, ArrayBuffer, DataView, URL],
    ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
    ...[Float32Array, Float64Array, BigInt64Array, BigUint64Array, Buffer],
    ...[Error, RangeError, TypeError, SyntaxError, ReferenceError, EvalError, URIError, AggregateError],
  ].map(({ prototype }) => prototype),
);

const SEED = 0x2545f491;
/** Rows of a table have the same few keys; an index of many words would only be copied. */
const MAX_KEYS = 1000;

const number = new Float64Array(1);
const halves = new Uint32Array(number.buffer);

function mixNumber(hash: number, value: number): number {
  number[0] = value;
  return mixInteger(mixInteger(hash, halves[0]!), halves[1]!);
}

function mixText(hash: number, text: string): number {
  let mixed = mixInteger(hash, text.length);
  for (let i = 0; i < text.length; i++) mixed = mixInteger(mixed, text.charCodeAt(i));
  return mixed;
}

/** A round of murmur3. */
function mixInteger(hash: number, value: number): number {
  const k = Math.imul(value, 0xcc9e2d51);
  const mixed = hash ^ Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

function mixBytes(hash: number, buffer: ArrayBufferLike, offset: number, length: number): number {
  if (types.isSharedArrayBuffer(buffer)) return hash;
  const sized = mixInteger(hash, length);
  // One that has been moved away has no bytes to look at, not even none.
  if (length === 0) return sized;
  // On first use: hardly any program needs it, and it takes a while to load.
  const { crc32 } = process.getBuiltinModule('node:zlib');
  return mixInteger(sized, crc32(new Uint8Array(buffer, offset, length)));
}
