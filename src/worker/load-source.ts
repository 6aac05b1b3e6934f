import { createRequire, isBuiltin, type Module } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { JobRunnerError } from '../errors.ts';
import { type FixedValues, reviveValues } from '../protocol/fixed-values.ts';
import { ownOfGlobals } from '../protocol/own-of-globals.ts';
import type {
  AnyFunction,
  Guarded,
  ImportOrigin,
  Integrity,
  Link,
  Origin,
  ShippedScript,
  ShippedUnit,
  SourceReference,
  Watched,
} from '../protocol/worker-reference.ts';
import { Guard } from './guard.ts';
import { importAt, runModuleAt } from './module-at.ts';
import { blankScript, placeText } from './place-text.ts';
import { registerTypeScript } from './typescript.ts';

/** Makes one unit, a function, or a class whose static parts then run; and binds its variables. */
type Unit = readonly [make: () => AnyFunction, bind: (values: readonly unknown[]) => void];
/** A module whose `f` puts into `u` a unit with variables of its own. Its source map lives as long as it does. */
type Factory = Module & { readonly exports: { f(exports: { u?: Unit }): void } };

/** Shipped source that has been compiled, and what it imports that has been loaded: once a thread. */
export interface LoadedSource {
  /** Makes the function or class anew, in surroundings of its own. */
  surround(): Surroundings;
}

export interface LoadedWorker {
  readonly worker: AnyFunction;
  /** Looks whether its jobs have written to what they must not. */
  readonly guard: Guard | undefined;
  /** Whether it is another one than at the last filling: instances of that are of no use any more. */
  readonly isNew: boolean;
}

/** One function or class with its variables, which get the values of each run that it takes part in. */
export interface Surroundings {
  readonly source: LoadedSource;
  /**
   * Gives the variables their values; what functions and classes there are stay the same. Only where a static private
   * field has got another value are they made anew: from outside its class it cannot be written to.
   */
  fill(captured: FixedValues | undefined, watched?: readonly Watched[]): LoadedWorker;
}

/** `outside` finds functions that have modules of their own. */
export async function loadSource(
  reference: SourceReference,
  outside: (origin: Extract<Origin, { type: 'reference' }>['reference']) => Promise<AnyFunction>,
): Promise<LoadedSource> {
  const { scripts, texts, units, links } = reference;
  for (const { tsx, url } of scripts) if (tsx) await registerTypeScript(url);
  const modules = new Map<Origin, () => unknown>();
  const origins = [
    ...units.flatMap(({ variables }) => variables),
    ...links.flatMap(({ holder, to }) => [holder, to]),
  ];
  await Promise.all(
    origins.map(async (origin) => {
      if (origin.type === 'import') modules.set(origin, await loadImport(origin));
      if (origin.type === 'require' && origin.tsx) await registerTypeScript(origin.url);
      if (origin.type !== 'reference') return;
      const found = await outside(origin.reference);
      modules.set(origin, () => found);
    }),
  );
  const blanks = scripts.map((script) => blankScript(script));
  const factories = texts.map((text) =>
    compile(scripts[text.script]!, placeText(blanks[text.script]!, text)),
  );
  const source: LoadedSource = {
    surround: () => new SourceSurroundings(source, reference, factories, modules),
  };
  return source;
}

class SourceSurroundings implements Surroundings {
  readonly source: LoadedSource;
  readonly #reference: SourceReference;
  readonly #modules: ReadonlyMap<Origin, () => unknown>;
  readonly #factories: readonly Factory[];
  #units: readonly Unit[] = [];
  #made: (AnyFunction | undefined)[] = [];
  /** What static private fields were made with. */
  #fields: readonly unknown[] = [];
  #values: readonly unknown[] = [];

  constructor(
    source: LoadedSource,
    reference: SourceReference,
    factories: readonly Factory[],
    modules: ReadonlyMap<Origin, () => unknown>,
  ) {
    this.source = source;
    this.#reference = reference;
    this.#modules = modules;
    this.#factories = factories;
  }

  fill(captured: FixedValues | undefined, watched: readonly Watched[] = []): LoadedWorker {
    const { units, main, links } = this.#reference;
    this.#values = captured === undefined ? [] : (reviveValues(captured)[0] as unknown[]);
    for (const { holder, place } of links) {
      if (place.type === 'made' && holder.type === 'value') this.#makeAgain(holder.index, place.by);
    }
    const fields = units.flatMap(({ variables, making = [] }) =>
      making.map((at) => this.#at(variables[at]!)),
    );
    const isNew = this.#made.length === 0 || !isDeepStrictEqual(fields, this.#fields);
    if (isNew) this.#begin(fields);
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
    for (const link of links) if (link.place.type === 'integrity') this.#close(link, link.place.integrity);
    const guarded = [...this.#watch(watched), ...this.#watchImports()];
    // The values are the units' from here on: what nobody uses may go.
    this.#values = [];
    return { worker: this.#made[main]!, guard: guarded.length > 0 ? new Guard(guarded) : undefined, isNew };
  }

  #makeAgain(index: number, by: readonly string[]): void {
    const Class = fromGlobals(by) as new (...args: unknown[]) => object;
    this.#values = this.#values.with(index, new Class(...(this.#values[index] as unknown[])));
  }

  #begin(fields: readonly unknown[]): void {
    this.#fields = fields;
    this.#made = [];
    this.#units = this.#reference.units.map(({ text }) => {
      const made: { u?: Unit } = {};
      this.#factories[text]!.exports.f(made);
      return made.u!;
    });
  }

  #watch(watched: readonly Watched[]): Guarded[] {
    return watched.map(({ origin, message }) => {
      if (origin.type === 'globals') {
        return { read: () => ownOfGlobals(origin.names), depth: 'own', message };
      }
      const value = this.#at(origin);
      return { read: () => value, depth: 'deep', message };
    });
  }

  /** A variable keeps the value that it is given here, where in a module it would follow the one it comes from. */
  #watchImports(): Guarded[] {
    return [...this.#modules].flatMap(([origin, read]) => {
      const message = origin.type === 'import' ? origin.ifChanged : undefined;
      return message === undefined ? [] : [{ read, depth: 'identity', message }];
    });
  }

  #make(index: number): void {
    this.#made[index] ??= this.#units[index]![0]();
  }

  /** Binds every variable and every link whose ends are there. */
  #connect(): void {
    this.#reference.units.forEach((unit, index) => {
      this.#bind(unit, index);
    });
    for (const link of this.#reference.links) this.#link(link);
  }

  #bind({ variables }: ShippedUnit, index: number): void {
    this.#units[index]![1](variables.map((origin) => this.#at(origin)));
  }

  #link({ holder, place, to }: Link): void {
    const object = this.#at(holder) as object | undefined;
    const value = this.#at(to);
    if (object === undefined || (value === undefined && to.type === 'unit')) return;
    if (place.type === 'integrity' || place.type === 'made') return;
    if (place.type === 'lastIndex') (object as RegExp).lastIndex = place.index;
    else if (place.type === 'entry') setNth(object as Map<unknown, unknown>, place.nth, value);
    else if (place.type === 'class') {
      Object.setPrototypeOf(object, value === null ? null : (value as { prototype: object }).prototype);
    } else {
      const { key, enumerable } = place;
      Object.defineProperty(object, key, { value, enumerable, configurable: true, writable: true });
    }
  }

  /** Last of all: nothing can be put into it any more. */
  #close({ holder }: Link, integrity: Integrity): void {
    const object = this.#at(holder) as object;
    if (integrity === 'deeply-frozen') freezeDeeply(object);
    else if (integrity === 'frozen') Object.freeze(object);
    else if (integrity === 'sealed') Object.seal(object);
    else Object.preventExtensions(object);
  }

  #at(origin: Origin): unknown {
    switch (origin.type) {
      case 'value':
        return this.#values[origin.index];
      case 'unit':
        return this.#made[origin.index];
      case 'prototype':
        return this.#made[origin.index]?.prototype;
      case 'reference':
      case 'import':
        return this.#modules.get(origin)?.();
      case 'vitest-import':
        return vitestImport(origin.url, origin.root);
      case 'import-meta':
        return metaOf(origin.url);
      case 'require':
        return createRequire(origin.url);
      case 'global':
        return fromGlobals(origin.path);
      case 'symbol':
        return origin.by === 'key' ? Symbol.for(origin.key) : (Symbol as unknown as Namespace)[origin.key];
      case 'null':
        return null;
    }
  }
}

function fromGlobals(path: readonly string[]): unknown {
  return follow(path, globalThis);
}

function compile({ url, isModule, sourceMap }: ShippedScript, source: string): Factory {
  // Stack traces name modules by URL, and CommonJS by path.
  const name = isModule ? url : undefined;
  // Debuggers take a breakpoint of a later line for one of the text's end, if it goes on for so long.
  if (sourceMap === undefined) return runModuleAt(url, source.trimEnd(), name) as Factory;
  process.setSourceMapsEnabled(true);
  const data = Buffer.from(sourceMap).toString('base64');
  const comment = `//# sourceMappingURL=data:application/json;base64,${data}`;
  return runModuleAt(url, `${source}\n${comment}`, name) as Factory;
}

function freezeDeeply(object: object): void {
  if (Object.isFrozen(object) && Object.keys(object).length > 0) return;
  Object.freeze(object);
  for (const value of Object.values(object)) {
    if (typeof value === 'object' && value !== null) freezeDeeply(value);
  }
}

/** How to read what is imported, as it is then. */
async function loadImport(origin: ImportOrigin): Promise<() => unknown> {
  const { url, loader, specifier, path, attributes, tsx, interop } = origin;
  if (tsx) await registerTypeScript(url);
  if (loader === 'require') {
    const module: unknown = createRequire(url)(specifier);
    const value = follow(path, interop ? withDefault(module, interop) : module);
    return () => value;
  }
  const namespace = await importAt(url, specifier, attributes && { with: attributes });
  const [name, ...rest] = path;
  if (name === undefined) return () => namespace;
  // The second is CommonJS whose names `import()` did not find.
  for (const exports of [namespace, Object(namespace.default)]) {
    if (name in exports) return () => follow(rest, exports[name]);
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
  const filename = fileURLToPath(url);
  const resolve = (specifier: string) => resolveAt(url, `${specifier}`);
  // In the order that Node has.
  return { dirname: dirname(filename), filename, resolve, url };
}

/** `import.meta.resolve` takes no other module's place, and `require.resolve` would find what `require` gets. */
function resolveAt(url: string, specifier: string): string {
  if (/^(?:\.{0,2}\/|[a-z][a-z\d+.-]*:)/i.test(specifier)) return new URL(specifier, url).href;
  if (isBuiltin(specifier)) return `node:${specifier}`;
  throw new JobRunnerError(
    'WORKER_NOT_PORTABLE',
    `import.meta.resolve('${specifier}') is not known in a thread. Put what it gives into a variable, and use the variable`,
  );
}

function setNth(map: Map<unknown, unknown>, nth: number, value: unknown): void {
  map.set([...map.keys()][nth], value);
}

type Namespace = Readonly<Record<string, unknown>>;
