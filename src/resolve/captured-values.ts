import { types } from 'node:util';
import { isBranded, isOfSubclass } from '../arrays/brand.ts';
import { addedProperties } from '../protocol/added-properties.ts';
import type { AnyFunction, Link, Origin } from '../protocol/worker-reference.ts';
import {
  isDeeplyFrozen,
  isExotic,
  isLeaf,
  isMadeByItsName,
  isObjectPrototype,
  isPlain,
  isPlainContainer,
  madeByNode,
  makerOf,
  nameOf,
} from './captured-kinds.ts';
import { hasPrivateState } from './class-text.ts';
import type { Code } from './identify.ts';
import type { FreeVariable } from './scopes.ts';

/** A variable that travels by value. */
export interface CapturedVariable {
  readonly name: string;
  readonly value: unknown;
  /** Absent for what is no variable of the text, such as a static field. */
  readonly free: FreeVariable | undefined;
  readonly code: Code;
}

interface Porting {
  /** Objects that get something put in by a link are appended. */
  readonly values: CapturedVariable[];
  readonly links: Link[];
  readonly functionAt: (fn: AnyFunction, variable: CapturedVariable, path: string) => Origin;
  /** Where a thread has an object from that structured clone does not know: one of Node, or one that it makes again. */
  readonly notCloned: (object: object, variable: CapturedVariable) => Origin | undefined;
  readonly refuse: (variable: CapturedVariable, what: string, wayOut: string) => Error;
}

const BUFFER = { type: 'native', path: ['Buffer'] } as const;
const MAKE_IT_THERE = 'Make it inside the function, or in `init` of a ParallelWorker';

/**
 * Readies values for structured clone. What that knows stays as it is; functions and the classes of instances are
 * left out of a copy, and links put them in again. What would silently arrive as something else is refused.
 */
export function portValue(porting: Porting): (variable: CapturedVariable) => CapturedVariable {
  const copies = new Map<object, unknown>();

  return (variable) => {
    try {
      return { ...variable, value: port(variable.value, variable, '') };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw refuse(
        variable,
        '',
        'is nested too deeply',
        'Keep its parts in an array, and refer to them by index',
      );
    }
  };

  function port(value: unknown, variable: CapturedVariable, path: string): unknown {
    if (typeof value !== 'object' || value === null) {
      if (typeof value !== 'symbol') return value;
      throw refuse(variable, path, 'is a symbol, which is another one in every thread', 'Use a string');
    }
    if (copies.has(value)) return copies.get(value);
    if (isLeaf(value) && !isBranded(value)) return portLeaf(value, variable, path);
    if (isBranded(value) && isOfSubclass(value)) {
      const what = `is an instance of ${nameOf(value)}, which would arrive as a SharedArray`;
      throw refuse(variable, path, what, 'Keep the array in a field of an object, whose class travels');
    }
    if (isDeeplyFrozen(value, new Set())) {
      copies.set(value, value);
      link(value, { type: 'integrity', integrity: 'deeply-frozen' }, { type: 'null' }, variable);
      return value;
    }
    if (isPlain(value, new Set())) return value;
    const copy = copyOf(value, variable, path);
    // Whoever holds something that a link leads to is a value, too, and comes by again.
    copies.set(copy, copy);
    keepIntegrity(value, copy, variable);
    return copy;
  }

  /** Structured clone makes a Uint8Array of a Buffer, and starts patterns anew. */
  function portLeaf(leaf: object, variable: CapturedVariable, path: string): object {
    copies.set(leaf, leaf);
    if (Buffer.isBuffer(leaf)) {
      link(leaf, { type: 'class' }, { type: 'reference', reference: BUFFER }, variable);
    } else if (types.isRegExp(leaf) && leaf.lastIndex !== 0) {
      link(leaf, { type: 'lastIndex', index: leaf.lastIndex }, { type: 'null' }, variable);
    } else if (types.isNativeError(leaf) && !isMadeByItsName(leaf)) {
      const maker = Object.getPrototypeOf(leaf).constructor as AnyFunction;
      link(leaf, { type: 'class' }, porting.functionAt(maker, variable, path), variable);
    }
    addProperties(leaf, leaf, variable, path);
    keepIntegrity(leaf, leaf, variable);
    return leaf;
  }

  function keepIntegrity(object: object, copy: object, variable: CapturedVariable): void {
    if (Object.isExtensible(object) || types.isModuleNamespaceObject(object)) return;
    const integrity = Object.isFrozen(object) ? 'frozen' : Object.isSealed(object) ? 'sealed' : 'closed';
    link(copy, { type: 'integrity', integrity }, { type: 'null' }, variable);
  }

  function copyOf(object: object, variable: CapturedVariable, path: string): object {
    checkKind(object, variable, path);
    if (Array.isArray(object)) return copyArray(object, variable, path);
    if (types.isMap(object)) return copyMap(object, variable, path);
    if (types.isSet(object)) return copySet(object, variable, path);
    const copy: object = {};
    copies.set(object, copy);
    const prototype: unknown = Object.getPrototypeOf(object);
    if (prototype === null) link(copy, { type: 'class' }, { type: 'null' }, variable);
    else if (!isObjectPrototype(prototype) && !types.isModuleNamespaceObject(object)) {
      link(copy, { type: 'class' }, classOf(object, variable, path), variable);
    }
    for (const key of Object.keys(object)) putField(copy, key, object, variable, `${path}${step(key)}`);
    return copy;
  }

  function copyArray(array: readonly unknown[], variable: CapturedVariable, path: string): unknown[] {
    const copy: unknown[] = new Array(array.length);
    copies.set(array, copy);
    const added = new Set(addedProperties(array));
    for (const key of Object.keys(array)) {
      if (!added.has(key)) putField(copy, key, array, variable, `${path}[${key}]`);
    }
    addProperties(copy, array, variable, path);
    return copy;
  }

  function copySet(set: ReadonlySet<unknown>, variable: CapturedVariable, path: string): Set<unknown> {
    const copy = new Set<unknown>();
    copies.set(set, copy);
    for (const member of set) {
      if (typeof member === 'function') throw refuse(variable, path, 'is a Set of functions', 'Use an array');
      copy.add(port(member, variable, `${path}.values()`));
    }
    addProperties(copy, set, variable, path);
    return copy;
  }

  /** What a value of the language has been given, `matrix.shape` say. */
  function addProperties(copy: object, from: object, variable: CapturedVariable, path: string): void {
    for (const key of addedProperties(from)) {
      if (typeof key === 'symbol') throw namedBySymbol(variable, path);
      const { value, get, set, enumerable = false } = Object.getOwnPropertyDescriptor(from, key) ?? {};
      if (get || set) throw withGetter(variable, path, key);
      const to =
        elsewhere(value, variable, `${path}${step(key)}`) ??
        ({ type: 'value', index: porting.values.push({ ...variable, value }) - 1 } as const);
      link(copy, { type: 'property', key, enumerable }, to, variable);
    }
  }

  function putField(copy: object, key: string, from: object, variable: CapturedVariable, path: string): void {
    const value: unknown = (from as Record<string, unknown>)[key];
    const to = elsewhere(value, variable, path);
    Object.defineProperty(copy, key, {
      value: to === undefined ? port(value, variable, path) : undefined,
      enumerable: true,
      configurable: true,
      writable: true,
    });
    if (to !== undefined) link(copy, { type: 'property', key, enumerable: true }, to, variable);
  }

  /** What structured clone does not know, and a thread has or makes. */
  function elsewhere(value: unknown, variable: CapturedVariable, path: string): Origin | undefined {
    if (typeof value === 'function') return porting.functionAt(value as AnyFunction, variable, path);
    return typeof value === 'object' && value !== null ? porting.notCloned(value, variable) : undefined;
  }

  function copyMap(
    map: Map<unknown, unknown>,
    variable: CapturedVariable,
    path: string,
  ): Map<unknown, unknown> {
    const copy = new Map<unknown, unknown>();
    copies.set(map, copy);
    for (const [key, value] of map) {
      const at = `${path}.get(${typeof key === 'string' ? JSON.stringify(key) : String(key)})`;
      if (typeof key === 'function') {
        throw refuse(variable, path, 'is a Map with functions for keys', 'Use an array of pairs');
      }
      const ported = port(key, variable, path);
      const to = elsewhere(value, variable, at);
      if (to === undefined) copy.set(ported, port(value, variable, at));
      else {
        link(copy, { type: 'entry', nth: copy.size }, to, variable);
        copy.set(ported, undefined);
      }
    }
    addProperties(copy, map, variable, path);
    return copy;
  }

  function link(copy: object, place: Link['place'], to: Origin, variable: CapturedVariable): void {
    const index = porting.values.push({ ...variable, value: copy }) - 1;
    porting.links.push({ holder: { type: 'value', index }, place, to });
  }

  function classOf(object: object, variable: CapturedVariable, path: string): Origin {
    const maker = makerOf(object);
    if (!maker) {
      throw refuse(variable, path, 'inherits from another object', 'Copy it into a plain object: { ...it }');
    }
    if (hasPrivateState(maker)) {
      const what = `is an instance of ${maker.name}, whose private members stay where it was made`;
      throw refuse(variable, path, what, MAKE_IT_THERE);
    }
    return porting.functionAt(maker, variable, `${path}.constructor`);
  }

  function checkKind(object: object, variable: CapturedVariable, path: string): void {
    const no = (what: string, wayOut: string) => refuse(variable, path, what, wayOut);
    if (types.isProxy(object))
      throw no('is a Proxy, which cannot cross a thread', 'Copy it into a plain object');
    const isContainer = isPlainContainer(object);
    if (!isContainer && (Array.isArray(object) || isExotic(object))) {
      throw no(`is an instance of ${nameOf(object)}, which would arrive without its class`, MAKE_IT_THERE);
    }
    if (!isContainer && madeByNode(object)) {
      throw no(`is an instance of ${nameOf(object)}, which cannot cross a thread`, MAKE_IT_THERE);
    }
    if (Array.isArray(object) || types.isMap(object) || types.isSet(object)) return;
    for (const key of Reflect.ownKeys(object)) {
      if (types.isModuleNamespaceObject(object)) return;
      const descriptor = Object.getOwnPropertyDescriptor(object, key);
      if (typeof key === 'symbol') throw namedBySymbol(variable, path);
      if (!descriptor || !('value' in descriptor)) throw withGetter(variable, path, key);
      if (!descriptor.enumerable) {
        throw no(`has a hidden property, \`${key}\`, which would be lost`, 'Make it an ordinary property');
      }
    }
  }

  function namedBySymbol(variable: CapturedVariable, path: string): Error {
    return refuse(variable, path, 'has a property named by a symbol', 'Name it by a string');
  }

  function withGetter(variable: CapturedVariable, path: string, key: string): Error {
    const what = `has a getter, \`${key}\`, which would arrive as what it gives now`;
    return refuse(variable, path, what, 'Make it a method, or a plain property');
  }

  function refuse(variable: CapturedVariable, path: string, what: string, wayOut: string): Error {
    return porting.refuse(variable, `\`${variable.name}${path}\` ${what}`, wayOut);
  }
}

function step(key: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
