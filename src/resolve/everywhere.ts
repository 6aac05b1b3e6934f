import { types } from 'node:util';
import type { Origin } from '../protocol/worker-reference.ts';
import { globalPath } from './globals.ts';
import { findModuleObject, ownValue } from './natives.ts';

/** Where a thread has an object of the language or of Node from; undefined for the program's own. */
export function everywhere(value: object, url: string): Origin | undefined {
  const path = globalPath(value);
  if (path !== undefined) return { type: 'global', path };
  // Looking at its properties would run its traps.
  if (types.isProxy(value)) return undefined;
  const origin = { type: 'import', url, tsx: false } as const;
  const found = findModuleObject(value);
  if (found) return { ...origin, loader: 'require', specifier: found.module, path: found.path };
  // `import * as fs` gives another object than `import fs` or `require`, and esbuild makes one more of it.
  const isNamespace = types.isModuleNamespaceObject(value);
  const module = Object(ownValue(value, 'default')) as object;
  const whole = findModuleObject(module);
  if (whole?.path.length !== 0 || !(isNamespace || isView(value, module))) return undefined;
  const namespace = { ...origin, specifier: whole.module, path: [] };
  return isNamespace
    ? { ...namespace, loader: 'import' }
    : { ...namespace, loader: 'require', interop: 'always' };
}

/** What `__toESM` makes of a module: a getter for each name. */
function isView(value: object, module: object): boolean {
  const names = Object.getOwnPropertyNames(module).filter((name) => name !== 'default');
  return names.every((name) => Object.getOwnPropertyDescriptor(value, name)?.get !== undefined);
}
