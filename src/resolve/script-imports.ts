import { existsSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { AnyNode } from 'acorn';
import { OWN_FOLDER } from '../protocol/own-folder.ts';
import type { ImportOrigin, Origin } from '../protocol/worker-reference.ts';
import { needsTsx } from './module-loading.ts';
import type { ParsedScript } from './parsed-script.ts';
import { isOwnRequire, requiredVariable } from './required-variable.ts';
import type { Binding } from './scopes.ts';

/** What a variable imports, if an import is what it is: of a module, by `require`, or in vitest's writing. */
export function importedVariable(binding: Binding, script: ParsedScript): ImportOrigin | undefined {
  const { node, statement } = binding;
  if (statement.type === 'ImportDeclaration') {
    const attributes = Object.fromEntries(
      statement.attributes.map(({ key, value }) => [
        key.type === 'Identifier' ? key.name : key.value,
        value.value,
      ]),
    );
    const specifier = String(statement.source.value);
    const path = importedName(node);
    const extra = statement.attributes.length > 0 ? { attributes } : {};
    return { ...importOrigin(script, 'import', specifier, path), ...extra };
  }
  const specifier = viteSpecifier(node);
  if (specifier !== undefined) return importOrigin(script, 'import', unVite(specifier, script.url), []);
  const required = requiredVariable(binding);
  if (!required) return undefined;
  const { loader, path, interop } = required;
  const resolved = loader === 'import' ? unVite(required.specifier, script.url) : required.specifier;
  return { ...importOrigin(script, loader, resolved, path), ...(interop ? { interop } : {}) };
}

function importOrigin(
  script: ParsedScript,
  loader: 'import' | 'require',
  specifier: string,
  path: readonly string[],
): ImportOrigin {
  // Registering tsx takes a thread longer than starting, so not for what needs none of it.
  const tsx = needsTsx(script.url, script) && !isPlainJavaScript(specifier);
  return { type: 'import', loader, url: baseUrl(script), specifier, tsx, path };
}

/** Code without a file resolves its imports from the working directory, as `node -e` does. */
export function baseUrl({ url }: ParsedScript): string {
  return url.startsWith('file:') ? url : pathToFileURL('[eval]').href;
}

export function isPlainJavaScript(specifier: string): boolean {
  if (specifier === 'parajob' || isBuiltin(specifier)) return true;
  const isInstalled = specifier.includes('/node_modules/') || specifier.startsWith(ownPackage);
  return specifier.startsWith('file:') && isInstalled && /\.[cm]?js$/.test(specifier);
}

const ownPackage = new URL('../', OWN_FOLDER).href;

/** What stands for `import.meta` in shipped text: as long, so that nothing moves. */
export const META = 'import_meta';

/** What a script has from Node, by a variable: `require`, and what vitest passes in as parameters. */
export function givenVariable(binding: Binding, script: ParsedScript): Origin | undefined {
  const url = baseUrl(script);
  if (isOwnRequire(binding)) return { type: 'require', url, tsx: needsTsx(script.url, script) };
  if (binding.kind !== 'parameter') return undefined;
  if (binding.name === '__vite_ssr_import_meta__') return { type: 'import-meta', url };
  if (binding.name === '__vite_ssr_dynamic_import__')
    return { type: 'vitest-import', url, root: viteRoot() ?? '' };
  return undefined;
}

function importedName(specifier: AnyNode): string[] {
  if (specifier.type === 'ImportNamespaceSpecifier') return [];
  if (specifier.type !== 'ImportSpecifier') return ['default'];
  const { imported } = specifier;
  return [imported.type === 'Identifier' ? imported.name : String(imported.value)];
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

/**
 * Where this package runs from its sources, in its own tests, threads still run what was built of them: one file for
 * each that users can import.
 */
export function ownBuild(url: string): string {
  if (!OWN_FOLDER.endsWith('/src/') || !url.startsWith(OWN_FOLDER)) return url;
  return new URL(`../dist/${url.startsWith(`${OWN_FOLDER}npy/`) ? 'npy/' : ''}index.js`, OWN_FOLDER).href;
}
