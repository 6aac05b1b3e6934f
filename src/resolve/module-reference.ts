import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { JobRunnerError } from '../errors.ts';
import type { ExportReference } from '../protocol/worker-reference.ts';
import { loadingOfFile } from './module-loading.ts';

/**
 * Says where a worker is instead of handing it over. Needs no inspector, so it works under the permission
 * model and in bundles. Give the module's type to keep the worker's:
 *
 * @example
 * new JobRunner<typeof import('./spectra.ts').Spectrum>({
 *   module: new URL('./spectra.ts', import.meta.url),
 *   name: 'Spectrum',
 * });
 */
export interface ModuleReference {
  /** The module: a URL, or as a string a `file:` URL or an absolute path. */
  readonly module: URL | string;
  /**
   * The name it is exported by.
   * @defaultValue `'default'`
   */
  readonly name?: string;
}

export function isModuleReference(value: unknown): value is ModuleReference {
  return typeof value === 'object' && value !== null && 'module' in value;
}

export function resolveModuleReference({ module, name = 'default' }: ModuleReference): ExportReference {
  if (typeof name !== 'string') {
    throw new JobRunnerError('INVALID_WORKER', `the name of an export is a string, not ${String(name)}`);
  }
  const url = toUrl(module);
  return { type: 'export', url, name, ...loadingOfFile(url) };
}

function toUrl(module: unknown): string {
  if (module instanceof URL) return module.href;
  if (typeof module === 'string') {
    if (isAbsolute(module)) return pathToFileURL(module).href;
    // One letter before the colon is a drive of Windows.
    if (/^[a-z][a-z\d+.-]+:/i.test(module)) return module;
  }
  throw new JobRunnerError(
    'INVALID_WORKER',
    `a module is a URL or an absolute path, not ${JSON.stringify(module) ?? String(module)}: ` +
      "write new URL('./my-module.ts', import.meta.url)",
  );
}
