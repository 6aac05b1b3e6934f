import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { JobRunnerError } from '../errors.ts';
import { importAt } from './module-at.ts';

let registered: Promise<void> | undefined;

/**
 * Lets this thread load TypeScript, through the tsx that the user's module would find. A loader given by
 * `--import tsx` does not reach threads on Node 20.
 *
 * @throws JobRunnerError `WORKER_NOT_LOADED` if there is no tsx, and Node does not run TypeScript either.
 */
export function registerTypeScript(url: string): Promise<void> {
  registered ??= register(url).catch((error: unknown) => {
    registered = undefined;
    throw error;
  });
  return registered;
}

async function register(url: string): Promise<void> {
  const cwd = pathToFileURL(join(process.cwd(), 'package.json')).href;
  for (const place of [url, cwd, import.meta.url]) {
    // CommonJS first: registering for ES modules makes what follows go through tsx.
    const cjs = await optional(() => importAt(place, 'tsx/cjs/api'));
    const esm = cjs && (await optional(() => importAt(place, 'tsx/esm/api')));
    if (!esm) continue;
    (cjs as unknown as TsxApi).register();
    (esm as unknown as TsxApi).register();
    return;
  }
  if ('typescript' in process.features && process.features.typescript) return;
  throw new JobRunnerError(
    'WORKER_NOT_LOADED',
    `${url} is TypeScript, and threads of Node ${process.versions.node} need tsx to load it: npm i -D tsx`,
  );
}

interface TsxApi {
  register(): unknown;
}

async function optional<Value>(load: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await load();
  } catch (error) {
    const { code } = Object(error) as { code?: unknown };
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
