import { builtinModules, createRequire } from 'node:module';
import type { AnyFunction, NativeReference } from '../protocol/worker-reference.ts';

const require = createRequire(import.meta.url);

/** Whether a function is built into the language; what Node has written in JavaScript is not. */
export function isNative(target: AnyFunction): boolean {
  let answer = natives.get(target);
  if (answer === undefined) {
    answer = /\[native code\]\s*\}$/.test(Function.prototype.toString.call(target).slice(-20));
    natives.set(target, answer);
  }
  return answer;
}

const natives = new WeakMap<AnyFunction, boolean>();

/** Finds a function of the language by its name: `parseFloat` itself, or one level down as `Math.sqrt`. */
export function findGlobal(target: AnyFunction): NativeReference | undefined {
  const { name } = target;
  // Getters run only for the very name that is looked for: some of Node's warn, or load half of Node.
  if (name in globalThis && Reflect.get(globalThis, name) === target) return { type: 'native', path: [name] };
  const path = findBelow(globalThis, (holder) => (ownValue(holder, name) === target ? [name] : undefined));
  return path && { type: 'native', path };
}

/** Finds a method by its name: `Array.prototype.slice`. As a worker it is no use, but others may call it on something. */
export function findMethod(target: AnyFunction): NativeReference | undefined {
  const { name } = target;
  const path = findBelow(globalThis, (holder) => {
    const prototype = ownValue(holder, 'prototype');
    return isObject(prototype) && ownValue(prototype, name) === target ? ['prototype', name] : undefined;
  });
  return path && { type: 'native', path };
}

/** Finds a function of Node's own JavaScript, `url` being the script that defines it: `node:path`, say. */
export function findInNode(target: AnyFunction, url: string): NativeReference | undefined {
  const holds = (holder: object) =>
    Object.getOwnPropertyNames(holder).find((name) => ownValue(holder, name) === target);
  const own = builtinModules.includes(url.slice('node:'.length)) ? [url] : [];
  for (const module of [...own, ...HANDING_ON]) {
    const exports = require(module);
    const name = holds(exports);
    const below = (holder: object) => {
      const found = holds(holder);
      return found === undefined ? undefined : [found];
    };
    const path = name === undefined ? findBelow(exports, below) : [name];
    if (path) return { type: 'native', module, path };
  }
  return undefined;
}

/** The module of Node that an object is, as `path` in `const p = path`, or that has it and its functions: `path.posix`. */
export function findModuleObject(target: object): { module: string; path: string[] } | undefined {
  const { moduleLoadList } = process as { readonly moduleLoadList?: readonly string[] };
  if (moduleLoadList === undefined) return undefined;
  if (moduleLoadList.length !== loadedSoFar) {
    loadedSoFar = moduleLoadList.length;
    const loaded = builtinModules.filter(
      // Asking for those with an underscore makes Node warn.
      (name) => !name.startsWith('_') && moduleLoadList.includes(`NativeModule ${name}`),
    );
    moduleObjects = new Map(loaded.map((name) => [require(name), { module: `node:${name}`, path: [] }]));
    for (const [exports, { module }] of [...moduleObjects]) {
      for (const name of Object.getOwnPropertyNames(exports)) {
        const value = ownValue(exports, name);
        // Data is the program's own, `workerData` say, or may have been changed by it.
        if (!isObject(value) || moduleObjects.has(value) || !hasFunctions(value)) continue;
        moduleObjects.set(value, { module, path: [name] });
      }
    }
  }
  return moduleObjects.get(target);
}

let moduleObjects = new Map<object, { module: string; path: string[] }>();
let loadedSoFar = 0;

/** Modules that hand on what is defined in `node:internal/...`. */
const HANDING_ON = [
  'path',
  'url',
  'util',
  'crypto',
  'buffer',
  'fs',
  'fs/promises',
  'os',
  'timers/promises',
  'perf_hooks',
].map((name) => `node:${name}`);

function hasFunctions(object: object): boolean {
  return Object.getOwnPropertyNames(object).some((name) => typeof ownValue(object, name) === 'function');
}

function findBelow(root: object, find: (holder: object) => string[] | undefined): string[] | undefined {
  for (const namespace of Object.getOwnPropertyNames(root)) {
    const holder = ownValue(root, namespace);
    if (!isObject(holder) || holder === root) continue;
    const path = find(holder);
    if (path) return [namespace, ...path];
  }
  return undefined;
}

export function ownValue(holder: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(holder, name)?.value;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' || typeof value === 'function') && value !== null;
}
