import type { AnyFunction, Origin } from '../protocol/worker-reference.ts';
import { isNative, ownValue } from './natives.ts';

/** A global that every thread has, too. */
export function isStandard(name: string, value: unknown): boolean {
  // A function of the language that the program has put another one in place of is the program's.
  if (standardGlobals.has(name) && !(native.has(name) && value !== native.get(name))) return true;
  return typeof value === 'function' && isNative(value as AnyFunction);
}

/** A name of what holds all globals. */
export function isRealm(name: string): boolean {
  return name === 'globalThis' || name === 'global';
}

/** The properties that lead to an object of the language, or of Node, from `globalThis`. */
export function globalPath(value: object): readonly string[] | undefined {
  globalPaths ??= new Map<object, readonly string[]>([
    ...[...standardGlobals].flatMap((name) => {
      const global = ownValue(globalThis, name);
      const prototype = typeof global === 'function' ? ownValue(global, 'prototype') : undefined;
      const found: (readonly [unknown, readonly string[]])[] = [
        [global, [name]],
        [prototype, [name, 'prototype']],
      ];
      return found.filter((one): one is [object, readonly string[]] => isObject(one[0]));
    }),
    [performance, ['performance']],
    [process, ['process']],
    [process.env, ['process', 'env']],
  ]);
  return globalPaths.get(value);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

let globalPaths: Map<object, readonly string[]> | undefined;

/** Where every thread has a symbol from; undefined for one that is another in each. */
export function symbolEverywhere(symbol: symbol): (Origin & { type: 'symbol' }) | undefined {
  const key = Symbol.keyFor(symbol);
  if (key !== undefined) return { type: 'symbol', by: 'key', key };
  const name = Object.getOwnPropertyNames(Symbol).find((own) => ownValue(Symbol, own) === symbol);
  return name === undefined ? undefined : { type: 'symbol', by: 'name', key: name };
}

/** What the program has added since the package was loaded; before that, a test runner may have added its own. */
export function addedSinceImport(): string[] {
  return Object.getOwnPropertyNames(globalThis).filter((name) => !namesAtImport.has(name));
}

/** What Node itself adds in the way that programs do. */
const ADDED_BY_NODE = new Set([
  ...[
    'global',
    'setTimeout',
    'clearTimeout',
    'setInterval',
    'clearInterval',
    'setImmediate',
    'clearImmediate',
  ],
  ...['queueMicrotask', 'structuredClone', 'atob', 'btoa', 'fetch'],
]);

// The program may have added some before the package was loaded: those can be listed, those of the language cannot.
const standardGlobals = new Set(
  Object.entries(Object.getOwnPropertyDescriptors(globalThis)).flatMap(([name, { enumerable, value }]) =>
    enumerable && value !== undefined && !ADDED_BY_NODE.has(name) ? [] : [name],
  ),
);

/** Functions of the language, as they were. */
const native = new Map(
  [...standardGlobals].flatMap((name) => {
    const value = ownValue(globalThis, name);
    return typeof value === 'function' && isNative(value as AnyFunction) ? [[name, value] as const] : [];
  }),
);

const namesAtImport = new Set(Object.getOwnPropertyNames(globalThis));
