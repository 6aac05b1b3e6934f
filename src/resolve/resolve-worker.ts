import { JobRunnerError } from '../errors.ts';
import { type FixedValues, fixAll, ValueFixer } from '../protocol/fixed-values.ts';
import { ownOfGlobals } from '../protocol/own-of-globals.ts';
import { UncloneableError } from '../protocol/uncloneable.ts';
import type { AnyFunction, Guarded, Watched, WorkerReference } from '../protocol/worker-reference.ts';
import type { CapturedVariable } from './captured-values.ts';
import { gatherClosure, type Unit } from './closure.ts';
import { refuseOwnGlobals } from './global-reads.ts';
import { findGlobalWrites } from './global-writes.ts';
import { type Code, identify } from './identify.ts';
import { inOneLook } from './inspector.ts';
import { LiveVariables } from './live-variables.ts';
import { isModuleReference, type ModuleReference, resolveModuleReference } from './module-reference.ts';
import { shipSource } from './ship-source.ts';
import { notPortable } from './ways-out.ts';
import { type Doubt, findWrites } from './writes.ts';

/** How a thread can get hold of a function or class, and what it takes along. */
export interface ResolvedWorker {
  readonly reference: WorkerReference;
  /** One list: the values of the variables that shipped source refers to, as they are now. */
  readonly captured: FixedValues | undefined;
  /** What of it jobs might write to without anybody seeing it in their text. */
  readonly watched?: readonly Watched[];
}

/**
 * Says how a thread can get hold of a function or class: by the name it is exported under, as a native, or as
 * source with its variables as they are now. Synchronous, and nothing is imported or run again.
 *
 * @throws JobRunnerError `INVALID_WORKER` if it is neither function, class nor module reference, or is a bound
 * function; `WORKER_NOT_LOCATED` if no thread could have it; `WORKER_NOT_PORTABLE` if its surroundings cannot come
 * along, or if it writes to them.
 */
export function resolveWorker(target: AnyFunction | ModuleReference): ResolvedWorker {
  if (isModuleReference(target)) return { reference: resolveModuleReference(target), captured: undefined };
  if (typeof target !== 'function') {
    throw new JobRunnerError(
      'INVALID_WORKER',
      `a runner takes a function, a class or { module, name }, not ${String(target)}`,
    );
  }
  return inOneLook(() => {
    const identity = identify(target);
    if (identity.kind === 'reference') return { reference: identity.reference, captured: undefined };
    return resolveCode(target, identity.code);
  });
}

/**
 * Refuses a function that is to run in this thread for what threads would refuse: a program that works with one
 * worker works with eight. Where nobody can know, because there is no inspector, it passes. What only running the jobs
 * can tell is returned.
 */
export function checkPortable(target: AnyFunction): readonly Guarded[] {
  try {
    return inOneLook(() => guardedIn(target));
  } catch (error) {
    if (error instanceof JobRunnerError && error.code === 'WORKER_NOT_PORTABLE') throw error;
    return [];
  }
}

function guardedIn(target: AnyFunction): Guarded[] {
  const identity = identify(target);
  if (identity.kind === 'reference') return [];
  const closure = gatherClosure(target, identity.code);
  const doubts = [...findWrites(target, closure), ...findGlobalWrites(target, closure)];
  refuseOwnGlobals(target, closure);
  if (closure.values.length > 0) fix(target, closure.values);
  return [...doubts.map(guardedHere), ...closure.units.flatMap(followed)];
}

function guardedHere({ value, origin, message }: Doubt): Guarded {
  if (origin.type !== 'globals') return { read: () => value, depth: 'deep', message };
  return { read: () => ownOfGlobals(origin.names), depth: 'own', message };
}

/** The imported variables of a function in this thread, which may be given other values by their modules. */
function followed({ seenFrom, code, variables }: Unit): Guarded[] {
  return variables.flatMap(({ name, origin }) => {
    if (origin.type !== 'import' || origin.ifChanged === undefined) return [];
    const read = () => {
      const found = new LiveVariables(seenFrom, code.script).read(
        name,
        code.free.find((free) => free.name === name)?.binding,
      );
      return found.state === 'value' ? found.value : undefined;
    };
    return [{ read, depth: 'identity', message: origin.ifChanged }];
  });
}

function resolveCode(target: AnyFunction, code: Code): ResolvedWorker {
  const closure = gatherClosure(target, code);
  const doubts = [...findWrites(target, closure), ...findGlobalWrites(target, closure)];
  const watched = doubts.map(({ origin, message }) => ({ origin, message }));
  refuseOwnGlobals(target, closure);
  const { values } = closure;
  const captured = values.length > 0 ? fix(target, values) : undefined;
  return { reference: shipSource(closure), captured, ...(watched.length > 0 ? { watched } : {}) };
}

/** All in one walk: what two variables have in common stays one object. */
function fix(target: AnyFunction, variables: readonly CapturedVariable[]): FixedValues {
  try {
    return fixAll([variables.map(({ value }) => value)], 'captured', { forMany: true }).fixed;
  } catch (error) {
    if (error instanceof RangeError) {
      const names = variables.map(({ name }) => `\`${name}\``).join(', ');
      throw notPortable(target, `what it uses is nested too deeply (one of ${names})`, FLATTEN, {
        cause: error,
      });
    }
    if (!(error instanceof UncloneableError)) throw error;
    for (const { name, value } of variables) {
      try {
        new ValueFixer().add(value, name);
      } catch (cause) {
        const { where, what } = cause as UncloneableError;
        throw notPortable(
          target,
          `it uses \`${where}\`, which is ${what}, and that cannot cross a thread`,
          'Make it inside the function, or in `init` of a ParallelWorker',
          { cause },
        );
      }
    }
    throw error;
  }
}

const FLATTEN = 'Keep the parts of it in an array, and refer to them by index';
