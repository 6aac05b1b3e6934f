import Module, { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

interface CompilingModule extends Module {
  _compile(code: string, filename: string, format: 'commonjs'): void;
}

/**
 * Runs code as a CommonJS module that stands where `url` does. It has `require` and `import()` from there, and
 * Node reads its source map, none of which `vm.Script` would give (without a warning that it is experimental).
 * `name` is what stack traces call it.
 */
export function runModuleAt(url: string, code: string, name: string = pathOf(url)): Module {
  const module = new Module(pathOf(url)) as CompilingModule;
  module.filename = pathOf(url);
  module.paths = createRequire(url).resolve.paths('x') ?? [];
  module._compile(code, name, 'commonjs');
  return module;
}

function pathOf(url: string): string {
  return url.startsWith('file:') ? fileURLToPath(url) : url;
}

/** `import()` as it would be in the module at `url`. */
export function importAt(url: string, specifier: string, options?: ImportCallOptions): Promise<Namespace> {
  const code = 'module.exports = (specifier, options) => import(specifier, options)';
  return (runModuleAt(url, code).exports as Importer)(specifier, options);
}

type Namespace = Readonly<Record<string, unknown>>;
type Importer = (specifier: string, options?: ImportCallOptions) => Promise<Namespace>;
