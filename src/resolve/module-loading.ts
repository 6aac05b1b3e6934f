import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ModuleLoading } from '../protocol/worker-reference.ts';
import type { LoadedScript } from './loaded-script.ts';

const TYPESCRIPT = /\.(?:[cm]?tsx?|jsx)$/;

/** How a thread should load a module that nobody has loaded here, or vitest has in its own way. */
export function loadingOfFile(url: string): ModuleLoading {
  return { loader: isCommonJsTypeScript(url) ? 'require' : 'import', tsx: needsTsx(url, undefined) };
}

/**
 * Whether a thread needs tsx for this module and what it imports. Node 20 runs no TypeScript by itself; newer
 * ones do, but only a script without source map was loaded that way: tsx and vitest write one.
 */
export function needsTsx(url: string, script: LoadedScript | undefined): boolean {
  const path = url.replace(/[?#].*$/, '');
  if (!TYPESCRIPT.test(path)) return runsUnderTsx() && !path.includes('/node_modules/');
  return runsUnderTsx() || !runsTypeScript() || (script !== undefined && script.sourceMapURL !== '');
}

function runsUnderTsx(): boolean {
  return [...process.execArgv, process.env.NODE_OPTIONS ?? ''].some((option) => /\btsx\b/.test(option));
}

function runsTypeScript(): boolean {
  return Boolean((process.features as { readonly typescript?: unknown }).typescript);
}

/** `import()` of these fails on Node 20, also with tsx. */
function isCommonJsTypeScript(url: string): boolean {
  if (!url.startsWith('file:')) return false;
  const file = fileURLToPath(url);
  if (/\.cts$/.test(file)) return true;
  return TYPESCRIPT.test(file) && !/\.mts$/.test(file) && packageType(dirname(file)) !== 'module';
}

function packageType(folder: string): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).type;
  } catch {
    const parent = dirname(folder);
    return parent === folder ? undefined : packageType(parent);
  }
}
