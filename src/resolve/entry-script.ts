import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

/**
 * Whether a script is what this process, or this thread, was started with. A thread that imported it would run
 * the whole program again.
 */
export function isEntryScript(url: string): boolean {
  if (!url.startsWith('file:')) return true;
  const file = fileURLToPath(withoutQuery(url));
  return entries().some((entry) => entry === file || entry === file.slice(0, -extname(file).length));
}

export function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/, '');
}

function entries(): string[] {
  const vitest = (globalThis as { __vitest_worker__?: { filepath?: string } }).__vitest_worker__;
  const started = [process.argv[1], require.main?.filename, vitest?.filepath];
  return started.filter((path) => path !== undefined).map(realPath);
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // Started without its extension, as in `node main`.
    return path;
  }
}
