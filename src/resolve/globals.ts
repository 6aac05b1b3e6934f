import type { AnyFunction } from '../protocol/worker-reference.ts';
import { isNative, ownValue } from './natives.ts';

/** A global that every thread has, too. */
export function isStandard(name: string, value: unknown): boolean {
  if (standardGlobals.has(name)) return true;
  return typeof value === 'function' && isNative(value as AnyFunction);
}

export function globalName(value: object): string | undefined {
  globalNames ??= new Map(
    [...standardGlobals].flatMap((name) => {
      const global = ownValue(globalThis, name);
      return typeof global === 'object' && global !== null ? [[global, name] as const] : [];
    }),
  );
  return globalNames.get(value);
}

let globalNames: Map<object, string> | undefined;

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
