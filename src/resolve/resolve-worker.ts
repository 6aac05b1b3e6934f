import { JobRunnerError } from '../errors.ts';
import type { AnyFunction, WorkerReference } from '../protocol/worker-reference.ts';
import { isEntryScript, withoutQuery } from './entry-script.ts';
import { nameInCommonJs, nameInText } from './exported-name.ts';
import { type FunctionLocation, type LoadedScript, locateFunction } from './inspector.ts';
import { loadingOfFile, needsTsx } from './module-loading.ts';
import { isModuleReference, type ModuleReference, resolveModuleReference } from './module-reference.ts';
import { findGlobal, findInNode } from './natives.ts';
import { offsetOf, type ParsedScript, parseScript } from './parsed-script.ts';
import { callableAt } from './scopes.ts';
import { shipSource } from './ship-source.ts';
import { describe, exportIt, notLocated, WRAP_IT } from './ways-out.ts';

const resolved = new WeakMap<AnyFunction, WorkerReference>();

/**
 * Says how a thread can get hold of a function or class: by the name it is exported under, as a native, or as
 * source. Synchronous, and nothing is imported or run again.
 *
 * @throws JobRunnerError `INVALID_WORKER` if it is neither function, class nor module reference, or is a bound
 * function; `WORKER_NOT_LOCATED` if no thread could have it.
 */
export function resolveWorker(target: AnyFunction | ModuleReference): WorkerReference {
  if (isModuleReference(target)) return resolveModuleReference(target);
  if (typeof target !== 'function') {
    throw new JobRunnerError(
      'INVALID_WORKER',
      `a runner takes a function, a class or { module, name }, not ${String(target)}`,
    );
  }
  const known = resolved.get(target);
  if (known) return known;
  const reference = resolveFunction(target);
  resolved.set(target, reference);
  return reference;
}

function resolveFunction(target: AnyFunction): WorkerReference {
  const native = findGlobal(target);
  if (native) return native;
  const located = locateFunction(target);
  switch (located.kind) {
    case 'bound':
      throw new JobRunnerError(
        'INVALID_WORKER',
        `cannot send ${describe(target)} to a thread: bound functions hide what they are bound to. ` +
          'Write an arrow function around the call, or partial(fn, ...trailing) to bind arguments after the input',
      );
    case 'native':
      throw notLocated(target, 'it is built in, and not found by its name', WRAP_IT);
    case 'script':
      return resolveScripted(target, located.script, located.location);
  }
}

function resolveScripted(
  target: AnyFunction,
  script: LoadedScript,
  location: FunctionLocation,
): WorkerReference {
  if (script.url.startsWith('node:')) {
    const native = findInNode(target, script.url);
    if (native) return native;
    throw notLocated(target, `it belongs to ${script.url}, which does not export it`, WRAP_IT);
  }
  const isEntry = isEntryScript(script.url);
  const name = isEntry || script.isModule ? undefined : nameInCommonJs(script, target);
  if (name !== undefined) {
    const url = withoutQuery(script.url);
    return { type: 'export', url, name, loader: 'require', tsx: needsTsx(url, script) };
  }
  const parsed = parse(target, script);
  const callable = callableAt(parsed.scopes, offsetOf(script, location));
  if (!callable) throw notLocated(target, `its code is not found in ${script.url}`, exportIt(target));
  const exported = isEntry ? undefined : nameInText(parsed, callable);
  if (exported === undefined) return shipSource(target, parsed, callable);
  const url = script.isModule ? withoutNamespace(script.url) : withoutQuery(script.url);
  const { loader } = script.isModule ? { loader: 'import' as const } : loadingOfFile(url);
  return { type: 'export', url, name: exported, loader, tsx: needsTsx(url, script) };
}

function parse(target: AnyFunction, script: LoadedScript): ParsedScript {
  try {
    return parseScript(script);
  } catch (cause) {
    // The parser may not know yet what V8 knows.
    throw notLocated(target, `${script.url} could not be parsed`, exportIt(target), { cause });
  }
}

/** tsx tells its copies of a module apart by a query that means nothing in another thread. */
function withoutNamespace(url: string): string {
  return url.replace(/[?&](?:tsx-)?namespace=[^&#]*/, '');
}
