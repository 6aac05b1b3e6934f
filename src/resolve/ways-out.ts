import { JobRunnerError } from '../errors.ts';
import type { AnyFunction } from '../protocol/worker-reference.ts';

/** The error for a function that no thread could find. `reason` says why, `wayOut` what the user can do. */
export function notLocated(
  target: AnyFunction,
  reason: string,
  wayOut: string,
  options?: ErrorOptions,
): JobRunnerError {
  const message = `cannot send ${describe(target)} to a thread: ${reason}. ${wayOut}`;
  return new JobRunnerError('WORKER_NOT_LOCATED', message, options);
}

/** The error for a function whose surroundings cannot come along, or would not be the same in a thread. */
export function notPortable(
  target: AnyFunction,
  reason: string,
  wayOut: string,
  options?: ErrorOptions,
): JobRunnerError {
  const message = `cannot send ${describe(target)} to a thread: ${reason}. ${wayOut}`;
  return new JobRunnerError('WORKER_NOT_PORTABLE', message, options);
}

export const WRAP_IT = 'Write an arrow function around the call: (input) => ...';

export const KEEP_IT_INSTALLED =
  'If this program is bundled, mark parajob external, so that it stays in node_modules';

/** The form that needs no finding, written out for the user's own function. */
export function exportIt(target: AnyFunction): string {
  const given = givenName(target);
  const name = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(given) ? given : 'myJob';
  return (
    'Export it from a module of its own and hand that over, or say where it is: ' +
    `new JobRunner<typeof import('./my-module.ts').${name}>(` +
    `{ module: new URL('./my-module.ts', import.meta.url), name: '${name}' })`
  );
}

/** `function variance`, `class Band`, or `an anonymous function`. */
export function describe(target: AnyFunction): string {
  const kind = /^class\b/.test(Function.prototype.toString.call(target)) ? 'class' : 'function';
  const name = givenName(target);
  return name === '' ? `an anonymous ${kind}` : `${kind} ${name}`;
}

/** What a function or class is called; nothing where its `name` is something else, a static method or a symbol say. */
export function givenName(target: AnyFunction): string {
  const { name }: { readonly name: unknown } = target;
  return typeof name === 'string' ? name : '';
}
