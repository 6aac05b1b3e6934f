import Module, { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

interface CompilingModule extends Module {
  _compile(code: string, filename: string, format: 'commonjs'): void;
  outside: object;
}

/**
 * Runs code as a CommonJS module that stands where `url` does. It has `require` and `import()` from there, and
 * Node reads its source map, none of which `vm.Script` would give. `module.outside` holds what it is given.
 */
export function runModuleAt(url: string, code: string, outside: object = {}): unknown {
  const filename = url.startsWith('file:') ? fileURLToPath(url) : url;
  const module = new Module(filename) as CompilingModule;
  module.filename = filename;
  module.paths = createRequire(url).resolve.paths('x') ?? [];
  module.outside = outside;
  module._compile(code, filename, 'commonjs');
  return module.exports;
}

/** `import()` as it would be in the module at `url`. */
export function importAt(url: string, specifier: string, options?: ImportCallOptions): Promise<Namespace> {
  const code = 'module.exports = (specifier, options) => import(specifier, options)';
  return (runModuleAt(url, code) as Importer)(specifier, options);
}

type Namespace = Readonly<Record<string, unknown>>;
type Importer = (specifier: string, options?: ImportCallOptions) => Promise<Namespace>;
