import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type FixedValues, reviveValues } from '../protocol/fixed-values.ts';
import type {
  AnyFunction,
  ImportOrigin,
  Link,
  Origin,
  ShippedScript,
  ShippedUnit,
  SourceReference,
} from '../protocol/worker-reference.ts';
import { importAt, runModuleAt } from './module-at.ts';
import { registerTypeScript } from './typescript.ts';

/** Binds the variables of one unit, and makes it: a function, or a class whose static parts then run. */
type Unit = readonly [bind: (values: readonly unknown[]) => void, make: () => AnyFunction];

/** Shipped source that has been compiled, and what it imports that has been loaded: once a thread. */
export interface LoadedSource {
  /** Makes the function or class anew, in surroundings of its own. */
  surround(): Surroundings;
}

/** One function or class with its variables, which get the values of each run that it takes part in. */
export interface Surroundings {
  readonly source: LoadedSource;
  /** Gives the variables their values; what functions and classes there are stay the same. */
  fill(captured: FixedValues | undefined): AnyFunction;
}

/** `outside` finds functions that have modules of their own. */
export async function loadSource(
  reference: SourceReference,
  outside: (origin: Extract<Origin, { type: 'reference' }>['reference']) => Promise<AnyFunction>,
): Promise<LoadedSource> {
  const { scripts, units, links } = reference;
  for (const { tsx, url } of scripts) if (tsx) await registerTypeScript(url);
  const modules = new Map<Origin, unknown>();
  const origins = [
    ...units.flatMap(({ variables }) => variables),
    ...links.flatMap(({ holder, to }) => [holder, to]),
  ];
  await Promise.all(
    origins.map(async (origin) => {
      if (origin.type === 'reference') modules.set(origin, await outside(origin.reference));
      if (origin.type === 'import') modules.set(origin, await loadImport(origin));
    }),
  );
  const factories = scripts.map((script) => compile(script));
  const source: LoadedSource = {
    surround: () => new SourceSurroundings(source, reference, factories, modules),
  };
  return source;
}

class SourceSurroundings implements Surroundings {
  readonly source: LoadedSource;
  readonly #reference: SourceReference;
  readonly #modules: ReadonlyMap<Origin, unknown>;
  readonly #units: readonly Unit[];
  readonly #made: (AnyFunction | undefined)[] = [];
  #values: readonly unknown[] = [];

  constructor(
    source: LoadedSource,
    reference: SourceReference,
    factories: readonly Factories[],
    modules: ReadonlyMap<Origin, unknown>,
  ) {
    this.source = source;
    this.#reference = reference;
    this.#modules = modules;
    this.#units = reference.units.map(({ script, factory }) => factories[script]![factory]!());
  }

  fill(captured: FixedValues | undefined): AnyFunction {
    this.#values = captured === undefined ? [] : (reviveValues(captured)[0] as unknown[]);
    const { units, main } = this.#reference;
    // Functions need nothing to be made; a class may use anything that stands before it.
    units.forEach((unit, index) => {
      if (unit.kind === 'function') this.#make(index);
    });
    this.#connect();
    units.forEach((unit, index) => {
      if (unit.kind !== 'class') return;
      this.#make(index);
      this.#connect();
    });
    // The values are the units' from here on: what nobody uses may go.
    this.#values = [];
    return this.#made[main]!;
  }

  #make(index: number): void {
    this.#made[index] ??= this.#units[index]![1]();
  }

  /** Binds every variable and every link whose ends are there. */
  #connect(): void {
    this.#reference.units.forEach((unit, index) => {
      this.#bind(unit, index);
    });
    for (const link of this.#reference.links) this.#link(link);
  }

  #bind({ variables }: ShippedUnit, index: number): void {
    this.#units[index]![0](variables.map((origin) => this.#at(origin)));
  }

  #link({ holder, place, to }: Link): void {
    const object = this.#at(holder) as object | undefined;
    const value = this.#at(to);
    if (object === undefined || (value === undefined && to.type === 'unit')) return;
    if (place.type === 'entry') (object as Map<unknown, unknown>).set(place.key, value);
    else if (place.type === 'class') {
      Object.setPrototypeOf(object, value === null ? null : (value as { prototype: object }).prototype);
    } else {
      const { key, enumerable } = place;
      Object.defineProperty(object, key, { value, enumerable, configurable: true, writable: true });
    }
  }

  #at(origin: Origin): unknown {
    switch (origin.type) {
      case 'value':
        return this.#values[origin.index];
      case 'unit':
        return this.#made[origin.index];
      case 'reference':
      case 'import':
        return this.#modules.get(origin);
      case 'vitest-import':
        return vitestImport(origin.url, origin.root);
      case 'import-meta':
        return metaOf(origin.url);
      case 'global':
        return (globalThis as Record<string, unknown>)[origin.name];
      case 'null':
        return null;
    }
  }
}

type Factories = readonly (() => Unit)[];

/** Runs a script, with nothing before it but on its first line: stack traces must stay right. */
function compile({ url, source, strict, sourceMap, usesMeta }: ShippedScript): Factories {
  const opening =
    (strict ? '"use strict";' : '') +
    (usesMeta ? 'const {import_meta}=module.outside;' : '') +
    'module.exports=exports=[];';
  const outside = usesMeta ? { import_meta: metaOf(url) } : {};
  return runModuleAt(url, withSourceMap(opening, source, sourceMap), outside) as Factories;
}

function withSourceMap(opening: string, source: string, sourceMap: string | undefined): string {
  if (sourceMap === undefined) return opening + source;
  process.setSourceMapsEnabled(true);
  // A source map maps columns of the first line too, so there the opening has a line of its own.
  const map = JSON.parse(sourceMap);
  const shifted = JSON.stringify({ ...map, mappings: `;${map.mappings}` });
  const data = Buffer.from(shifted).toString('base64');
  return `${opening}\n${source}\n//# sourceMappingURL=data:application/json;base64,${data}`;
}

async function loadImport(origin: ImportOrigin): Promise<unknown> {
  const { url, loader, specifier, path, attributes, tsx, interop } = origin;
  if (tsx) await registerTypeScript(url);
  if (loader === 'require') {
    const module: unknown = createRequire(url)(specifier);
    return follow(path, interop ? withDefault(module, interop) : module);
  }
  const namespace = await importAt(url, specifier, attributes && { with: attributes });
  const [name, ...rest] = path;
  if (name === undefined) return namespace;
  // The second is CommonJS whose names `import()` did not find.
  for (const exports of [namespace, Object(namespace.default)]) {
    if (name in exports) return follow(rest, exports[name]);
  }
  throw new SyntaxError(`'${specifier}' does not provide an export named '${name}'`);
}

/** What esbuild's `__toESM` and TypeScript's `__importDefault` and `__importStar` make of a required module. */
function withDefault(module: unknown, interop: 'always' | 'unless-es-module'): unknown {
  const exports = Object(module) as Record<string, unknown>;
  if (interop === 'unless-es-module' && exports.__esModule) return module;
  const names = Object.getOwnPropertyNames(exports).filter((name) => name !== 'default');
  const getters = names.map((name) => [name, { get: () => exports[name], enumerable: true }] as const);
  const all = { ...Object.fromEntries(getters), default: { value: module, enumerable: true } };
  return Object.create(Object.getPrototypeOf(exports), all);
}

function follow(path: readonly string[], from: unknown): unknown {
  return path.reduce((holder, key) => (Object(holder) as Record<string, unknown>)[key], from);
}

function vitestImport(url: string, root: string): (specifier: string) => Promise<unknown> {
  return (specifier) => {
    if (specifier.startsWith('/@fs/'))
      return importAt(url, pathToFileURL(specifier.slice('/@fs'.length)).href);
    if (specifier.startsWith('/')) return importAt(url, pathToFileURL(root + specifier).href);
    return importAt(url, specifier);
  };
}

function metaOf(url: string): object {
  const { resolve } = createRequire(url);
  const filename = fileURLToPath(url);
  return { url, filename, dirname: dirname(filename), resolve };
}
