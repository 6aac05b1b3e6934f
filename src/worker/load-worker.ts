import { JobRunnerError } from '../errors.ts';
import type { Exits } from '../protocol/exits.ts';
import type { FixedValues } from '../protocol/fixed-values.ts';
import type {
  AnyFunction,
  ExportReference,
  NativeReference,
  ShippedUnit,
  Watched,
  WorkerReference,
} from '../protocol/worker-reference.ts';
import { dropInstance, replaceInstance } from './bind-worker.ts';
import { isInThread } from './in-thread.ts';
import { loadModule } from './load-module.ts';
import { type LoadedSource, type LoadedWorker, loadSource, type Surroundings } from './load-source.ts';

const loaded = new Map<string, Promise<AnyFunction | LoadedSource>>();
/** Surroundings of classes: a runner keeps its instance in this thread, so its class has to stay, too. */
const kept = new Map<number, Surroundings>();

// By symbol: the module that is being loaded may have a copy of the package of its own.
const LOADING: unique symbol = Symbol.for('parajob.loading') as never;
const realm = globalThis as { [LOADING]?: number };

/**
 * Turns a reference back into the function or class, in the thread that is to run it. What it loads and compiles,
 * it does once a thread. A function gets fresh surroundings each time, a class one for each `owner`: the values
 * that it finds there are those of `captured`, every time anew.
 *
 * @throws JobRunnerError `WORKER_NOT_LOADED` if the module does not exist, throws, or has no such export.
 */
export async function loadWorker(
  reference: WorkerReference,
  captured?: FixedValues,
  owner?: number,
  watched?: readonly Watched[],
): Promise<LoadedWorker> {
  const found = await loadOnce(reference);
  if (typeof found === 'function') return { worker: found, guard: undefined, isNew: false };
  if (owner === undefined || mainUnit(reference)?.kind !== 'class')
    return found.surround().fill(captured, watched);
  let surroundings = kept.get(owner);
  if (surroundings?.source !== found) {
    // Its variables hold other functions than before, so its instance is not the same either.
    surroundings = found.surround();
    kept.set(owner, surroundings);
  }
  const filled = surroundings.fill(captured, watched);
  if (filled.isNew) await replaceInstance(owner);
  return filled;
}

/** The runner is done with its worker in this thread. */
export function dropWorker(owner: number): Promise<Exits> {
  kept.delete(owner);
  return dropInstance(owner);
}

function loadOnce(reference: WorkerReference): Promise<AnyFunction | LoadedSource> {
  const key = JSON.stringify(reference);
  const known = loaded.get(key);
  if (known) return known;
  const promise = load(reference);
  loaded.set(key, promise);
  // The next run may find the file mended.
  promise.catch(() => loaded.delete(key));
  return promise;
}

function mainUnit(reference: WorkerReference): ShippedUnit | undefined {
  return reference.type === 'source' ? reference.units[reference.main] : undefined;
}

/**
 * Whether this is one of our threads, and it is just loading its worker: whoever starts a run then is the
 * worker's module, or a script it imports. Elsewhere a program may well do other things meanwhile.
 */
export function isLoadingWorker(): boolean {
  return isInThread() && (realm[LOADING] ?? 0) > 0;
}

async function load(reference: WorkerReference): Promise<AnyFunction | LoadedSource> {
  count(1);
  try {
    switch (reference.type) {
      case 'export':
        return await loadExport(reference);
      case 'native':
        return await loadNative(reference);
      case 'source':
        return await loadSource(reference, (other) => loadOnce(other) as Promise<AnyFunction>);
    }
  } catch (cause) {
    if (cause instanceof JobRunnerError) throw cause;
    const what = reference.type === 'native' ? reference.path.join('.') : reference.url;
    throw new JobRunnerError('WORKER_NOT_LOADED', `${what} could not be loaded: ${messageOf(cause)}`, {
      cause,
    });
  } finally {
    count(-1);
  }
}

function count(change: 1 | -1): void {
  realm[LOADING] = (realm[LOADING] ?? 0) + change;
}

async function loadExport({ url, name, ...loading }: ExportReference): Promise<AnyFunction> {
  const exports = await loadModule(url, loading);
  // `module.exports` is the default export of CommonJS, and has the names that `import()` does not find in it.
  const whole = loading.loader === 'require' ? exports : property(exports, 'default');
  const candidates = [property(exports, name), property(whole, name), name === 'default' ? whole : undefined];
  const value = candidates.find(isFunction);
  if (value) return value;
  const other = candidates.find((candidate) => candidate !== undefined);
  const names = Object.keys(Object(exports)).filter((key) => isFunction(property(exports, key)));
  throw new JobRunnerError(
    'WORKER_NOT_LOADED',
    other === undefined
      ? `${url} has no export named ${name}; the functions it exports are: ${names.join(', ') || 'none'}`
      : `the export ${name} of ${url} is neither a function nor a class, but ${typeof other}`,
  );
}

async function loadNative({ module, path }: NativeReference): Promise<AnyFunction> {
  const root: unknown = module === undefined ? globalThis : (await import(module)).default;
  const value = path.reduce(property, root);
  if (isFunction(value)) return value;
  throw new JobRunnerError('WORKER_NOT_LOADED', `there is no function ${path.join('.')} in a thread`);
}

function property(holder: unknown, name: string): unknown {
  return (Object(holder) as Record<string, unknown>)[name];
}

function isFunction(value: unknown): value is AnyFunction {
  return typeof value === 'function';
}

function messageOf(error: unknown): string {
  // Node adds a list of requiring modules, which for us are made up.
  return (error instanceof Error ? error.message : String(error)).split('\n', 1).join();
}
