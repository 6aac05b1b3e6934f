import type { AnyNode } from 'acorn';
import { JobRunnerError } from '../errors.ts';
import type { AnyFunction, ExportReference, NativeReference } from '../protocol/worker-reference.ts';
import { contains } from './ast.ts';
import { isEntryScript, withoutQuery } from './entry-script.ts';
import { nameInCommonJs, nameInText } from './exported-name.ts';
import type { FunctionLocation, LoadedScript } from './loaded-script.ts';
import { locateFunction, scriptFromDebugger } from './locate-function.ts';
import { loadingOfFile, needsTsx } from './module-loading.ts';
import { findGlobal, findInNode, isNative } from './natives.ts';
import { offsetOf, type ParsedScript, parseScript } from './parsed-script.ts';
import {
  type Callable,
  callableAt,
  type FreeVariable,
  freeVariables,
  type Reference,
  type ScriptScopes,
} from './scopes.ts';
import { ownBuild } from './script-imports.ts';
import { findObstacle, isMethod, type Obstacle } from './surroundings.ts';
import { describe, exportIt, KEEP_IT_INSTALLED, notLocated, WRAP_IT } from './ways-out.ts';

/** What a function is: something that a thread finds by itself, or code that has to be sent. */
export type Identity =
  | { readonly kind: 'reference'; readonly reference: ExportReference | NativeReference }
  | { readonly kind: 'code'; readonly code: Code };

/** The code of a function or class; what it refers to is looked up for each function made of it. */
export interface Code {
  readonly script: ParsedScript;
  readonly callable: Callable;
  /** What would travel: the callable, or a method with its key. */
  readonly node: AnyNode;
  readonly free: readonly FreeVariable[];
  /** Where it speaks of itself by its own name. */
  readonly selfMentions: readonly Reference[];
  readonly obstacle: Obstacle | undefined;
  /** Whether it speaks of `import.meta`. */
  readonly usesMeta: boolean;
}

let identities = new WeakMap<AnyFunction, Identity>();
let codes = new WeakMap<Callable, Code>();

/**
 * Says what a function or class is to a thread.
 *
 * @throws JobRunnerError `INVALID_WORKER` if it is bound, `WORKER_NOT_LOCATED` if nobody knows where it is from.
 */
export function identify(target: AnyFunction): Identity {
  let identity = identities.get(target);
  if (!identity) {
    identity = findIdentity(target);
    identities.set(target, identity);
  }
  return identity;
}

/** Forgets what modules looked like. */
export function forgetIdentities(): void {
  identities = new WeakMap();
  codes = new WeakMap();
}

function findIdentity(target: AnyFunction): Identity {
  // Looking through the globals takes longer than asking V8: it makes Node load what it has put off.
  const native = isNative(target) ? findGlobal(target) : undefined;
  if (native) return { kind: 'reference', reference: native };
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
    case 'exported':
      return exportedAtSight(target.name, located.url);
    case 'script':
      return inScript(target, located.script, located.location);
  }
}

function exportedAtSight(name: string, scriptUrl: string): Identity {
  const url = withoutNamespace(scriptUrl);
  return exported({ type: 'export', url, name, loader: 'import', tsx: needsTsx(url, undefined) });
}

function inScript(target: AnyFunction, script: LoadedScript, location: FunctionLocation): Identity {
  if (script.url.startsWith('node:')) {
    const native = findGlobal(target) ?? findInNode(target, script.url);
    if (native) return { kind: 'reference', reference: native };
    throw notLocated(target, `it belongs to ${script.url}, which does not export it`, WRAP_IT);
  }
  const isEntry = isEntryScript(script.url);
  const name = isEntry || script.isModule ? undefined : nameInCommonJs(script, target);
  if (name !== undefined) {
    const url = withoutQuery(script.url);
    return exported({ type: 'export', url, name, loader: 'require', tsx: needsTsx(url, script) });
  }
  const parsed = parse(target, script);
  const callable = callableAt(parsed.scopes, offsetOf(script, location));
  if (!callable) throw notLocated(target, `its code is not found in ${script.url}`, exportIt(target));
  const exportedName = isEntry ? undefined : nameInText(parsed, callable);
  if (exportedName === undefined) return { kind: 'code', code: codeOf(parsed, callable) };
  const url = script.isModule ? withoutNamespace(script.url) : withoutQuery(script.url);
  const { loader } = script.isModule ? { loader: 'import' as const } : loadingOfFile(url);
  return exported({ type: 'export', url, name: exportedName, loader, tsx: needsTsx(url, script) });
}

function exported(reference: ExportReference): Identity {
  const url = ownBuild(reference.url);
  return {
    kind: 'reference',
    reference: url === reference.url ? reference : { ...reference, url, tsx: false },
  };
}

export function codeOf(script: ParsedScript, callable: Callable): Code {
  let code = codes.get(callable);
  if (!code) {
    const { scopes } = script;
    const node = methodOf(callable, scopes) ?? callable;
    const obstacle = findObstacle(node, scopes);
    const selfMentions = scopes.references.filter(
      (reference) => reference.binding?.node === callable && contains(callable, reference.node),
    );
    const usesMeta = scopes.metas.some((meta) => contains(node, meta));
    code = { script, callable, node, free: freeVariables(scopes, node), selfMentions, obstacle, usesMeta };
    codes.set(callable, code);
  }
  return code;
}

/** The `m() {}` of a class or an object literal, which is no expression by itself. */
function methodOf(callable: Callable, scopes: ScriptScopes): AnyNode | undefined {
  const parent = scopes.parents.get(callable);
  if (!parent || !isMethod(parent) || !('value' in parent) || parent.value !== callable) return undefined;
  return parent.type === 'Property' && !parent.method && parent.kind === 'init' ? undefined : parent;
}

function parse(target: AnyFunction, script: LoadedScript): ParsedScript {
  try {
    return parseScript(script);
  } catch (cause) {
    if (Object(cause).code === 'MODULE_NOT_FOUND') {
      throw notLocated(target, "parajob's parser is missing", KEEP_IT_INSTALLED, { cause });
    }
    // What a file holds may be no JavaScript, and become that when it is loaded.
    const asItRuns = scriptFromDebugger(target, script);
    if (asItRuns) return parse(target, asItRuns);
    // The parser may not know yet what V8 knows.
    throw notLocated(target, `${script.url} could not be parsed`, exportIt(target), { cause });
  }
}

/** tsx tells its copies of a module apart by a query that means nothing in another thread. */
function withoutNamespace(url: string): string {
  return url.replace(/[?&](?:tsx-)?namespace=[^&#]*/, '');
}
