import { isBuiltin } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { AnyFunction, SourceReference } from '../protocol/worker-reference.ts';
import { gatherClosure } from './closure.ts';
import { needsTsx } from './module-loading.ts';
import { type ParsedScript, sourceMapText } from './parsed-script.ts';
import { prune } from './prune.ts';
import type { Callable } from './scopes.ts';

/** A function or class as text, together with what it refers to. */
export function shipSource(target: AnyFunction, script: ParsedScript, callable: Callable): SourceReference {
  const { pieces, ...closure } = gatherClosure(target, script, callable);
  const source = prune(withoutMeta(script), pieces);
  const specifiers = [...closure.imports.map(({ specifier }) => specifier), ...specifiersIn(source)];
  const sourceMap = readsSourceMaps() ? sourceMapText(script) : undefined;
  return {
    type: 'source',
    source,
    ...closure,
    strict: script.isModule || startsStrict(script),
    // Code without a file resolves its imports from the working directory, as `node -e` does.
    url: script.url.startsWith('file:') ? script.url : pathToFileURL('[eval]').href,
    // Registering tsx takes a thread longer than starting, so not for what needs none of it.
    tsx: needsTsx(script.url, script) && !specifiers.every(isPlainJavaScript),
    ...(sourceMap === undefined ? {} : { sourceMap }),
  };
}

/** `import.meta` becomes a variable; `import_meta` is as long, so that columns hold. */
function withoutMeta({ source, scopes }: ParsedScript): string {
  let plain = source;
  for (const { start, end } of scopes.metas) {
    plain = plain.slice(0, start) + 'import_meta'.padEnd(end - start) + plain.slice(end);
  }
  return plain;
}

/** What `require()` and `import()` are called with, roughly: a false alarm only costs a little time. */
function specifiersIn(source: string): string[] {
  const calls = source.matchAll(/\b(?:require|import)\s*\(\s*["'`]?([^"'`)]*)/g);
  return Array.from(calls, ([, specifier = '']) => specifier);
}

function isPlainJavaScript(specifier: string): boolean {
  if (specifier === 'parajob' || isBuiltin(specifier)) return true;
  const isInstalled = specifier.includes('/node_modules/') || specifier.startsWith(ownFolder);
  return specifier.startsWith('file:') && isInstalled && /\.[cm]?js$/.test(specifier);
}

const ownFolder = new URL('../../', import.meta.url).href;

function startsStrict({ scopes: { program } }: ParsedScript): boolean {
  return program.body.some((statement) => 'directive' in statement && statement.directive === 'use strict');
}

function readsSourceMaps(): boolean {
  return Boolean((process as { readonly sourceMapsEnabled?: boolean }).sourceMapsEnabled);
}
