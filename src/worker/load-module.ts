import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { ModuleLoading } from '../protocol/worker-reference.ts';
import { registerTypeScript } from './typescript.ts';

/** Loads a module the way the calling thread has, or would have. */
export async function loadModule(url: string, { loader, tsx }: ModuleLoading): Promise<unknown> {
  if (tsx) await registerTypeScript(url);
  return loader === 'import' ? import(url) : createRequire(url)(fileURLToPath(url));
}
