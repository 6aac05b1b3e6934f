import type { AnyFunction } from '../protocol/worker-reference.ts';
import { isNative } from './natives.ts';

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

// When the package loads, hardly anything but Node has added to them.
const standardGlobals = new Set(Object.getOwnPropertyNames(globalThis));

function ownValue(holder: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(holder, key)?.value;
}
