import { JobRunnerError } from '../errors.ts';
import type { AnyFunction } from '../protocol/worker-reference.ts';

/** The error for a function that no thread could find, with what the user can do about it. */
export function notLocated(target: AnyFunction, reason: string, options?: ErrorOptions): JobRunnerError {
  const name = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(target.name) ? target.name : 'myFunction';
  const example = `new JobRunner<typeof import('./my-module.ts').${name}>({ module: new URL('./my-module.ts', import.meta.url), name: '${name}' })`;
  return new JobRunnerError(
    'WORKER_NOT_LOCATED',
    `cannot send ${describe(target)} to a thread: ${reason}. ` +
      `Export it from a module of its own and hand that over, or say where it is: ${example}`,
    options,
  );
}

/** `function variance`, `class Band`, or `an anonymous function`. */
export function describe(target: AnyFunction): string {
  const kind = isClass(target) ? 'class' : 'function';
  return target.name === '' ? `an anonymous ${kind}` : `${kind} ${target.name}`;
}

function isClass(target: AnyFunction): boolean {
  return /^class\b/.test(Function.prototype.toString.call(target));
}
