import { builtinModules, createRequire } from 'node:module';
import type { AnyFunction, NativeReference } from '../protocol/worker-reference.ts';

const require = createRequire(import.meta.url);

/** Finds a function of the language by name: `parseFloat` itself, or one level down as `Math.sqrt`. */
export function findGlobal(target: AnyFunction): NativeReference | undefined {
  const { name } = target;
  if (ownValue(globalThis, name, true) === target) return { type: 'native', path: [name] };
  for (const namespace of Object.getOwnPropertyNames(globalThis)) {
    const holder = ownValue(globalThis, namespace, false);
    if (isObject(holder) && holder !== globalThis && ownValue(holder, name, false) === target) {
      return { type: 'native', path: [namespace, name] };
    }
  }
  return undefined;
}

/** Finds a function that Node's own code defines, `url` being the script V8 saw it in: `node:path`, say. */
export function findInNode(target: AnyFunction, url: string): NativeReference | undefined {
  const { name } = target;
  // Much of Node is written in `node:internal/...` and handed on by the modules that people import.
  const own = builtinModules.includes(url.slice('node:'.length)) ? [url] : [];
  for (const module of [...own, ...handingOn]) {
    if (ownValue(require(module), name, true) === target) return { type: 'native', module, path: [name] };
  }
  return findGlobal(target);
}

const handingOn = [
  'node:path',
  'node:url',
  'node:util',
  'node:crypto',
  'node:zlib',
  'node:buffer',
  'node:fs',
];

/** Getters run only for the very name that is looked for: some of Node's warn, or load half of Node. */
function ownValue(holder: object, name: string, runGetter: boolean): unknown {
  const descriptor = Object.getOwnPropertyDescriptor(holder, name);
  return descriptor?.get && runGetter ? Reflect.get(holder, name) : descriptor?.value;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' || typeof value === 'function') && value !== null;
}
