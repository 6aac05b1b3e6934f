import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { AnyNode } from 'acorn';
import type { ImportedVariable } from '../protocol/worker-reference.ts';
import type { ParsedScript } from './parsed-script.ts';
import type { Binding } from './scopes.ts';

/** What a variable imports, if an import is what it is: of an ES module, or in vitest's writing. */
export function importedVariable(binding: Binding, script: ParsedScript): ImportedVariable | undefined {
  const { node, statement, name } = binding;
  if (statement.type === 'ImportDeclaration') {
    const attributes = Object.fromEntries(
      statement.attributes.map(({ key, value }) => [
        key.type === 'Identifier' ? key.name : key.value,
        value.value,
      ]),
    );
    return {
      local: name,
      specifier: String(statement.source.value),
      name: importedName(node),
      ...(statement.attributes.length > 0 ? { attributes } : {}),
    };
  }
  const specifier = viteSpecifier(node);
  return specifier === undefined
    ? undefined
    : { local: name, specifier: unVite(specifier, script.url), name: '*' };
}

export function isImported({ node, statement }: Binding): boolean {
  return statement.type === 'ImportDeclaration' || viteSpecifier(node) !== undefined;
}

/** vitest passes `import.meta` in as a parameter. */
export function isImportMeta({ name, kind }: Binding): boolean {
  return kind === 'parameter' && name === '__vite_ssr_import_meta__';
}

function importedName(specifier: AnyNode): string {
  if (specifier.type === 'ImportNamespaceSpecifier') return '*';
  if (specifier.type !== 'ImportSpecifier') return 'default';
  const { imported } = specifier;
  return imported.type === 'Identifier' ? imported.name : String(imported.value);
}

/** `const __vite_ssr_import_0__ = await __vite_ssr_import__("/lib.ts")` */
function viteSpecifier(node: AnyNode): string | undefined {
  if (node.type !== 'VariableDeclarator' || node.init?.type !== 'AwaitExpression') return undefined;
  const call = node.init.argument;
  if (call.type !== 'CallExpression' || call.callee.type !== 'Identifier') return undefined;
  if (call.callee.name !== '__vite_ssr_import__') return undefined;
  const [specifier] = call.arguments;
  return specifier?.type === 'Literal' && typeof specifier.value === 'string' ? specifier.value : undefined;
}

/** vite has resolved the specifier already: to a file of its root, a file anywhere, or something of Node. */
function unVite(specifier: string, importer: string): string {
  const path = specifier.replace(/[?#].*$/, '');
  if (path.startsWith('/@fs/')) return ownBuild(pathToFileURL(path.slice('/@fs'.length)).href);
  if (!path.startsWith('/')) return specifier;
  const root = viteRoot() ?? fileURLToPath(new URL('.', importer));
  const inRoot = root + path;
  return ownBuild(pathToFileURL(existsSync(inRoot) ? inRoot : path).href);
}

function viteRoot(): string | undefined {
  type Vitest = { __vitest_worker__?: { config?: { root?: string } } };
  return (globalThis as Vitest).__vitest_worker__?.config?.root;
}

/** Where this package runs from its sources, in its own tests, threads still run what was built of them. */
function ownBuild(url: string): string {
  const sources = new URL('../../src/', import.meta.url).href;
  if (!url.startsWith(sources)) return url;
  return new URL(`../../dist/${url.slice(sources.length).replace(/\.ts$/, '.js')}`, import.meta.url).href;
}
