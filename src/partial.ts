import { inspect } from 'node:util';
import { JobRunnerError } from './errors.ts';
import type { AfterInput, InputBefore, RestAfter, ReturnedWith, WorkerFunction } from './inference.ts';
import { isClass } from './worker/parallel-worker.ts';

interface Binding {
  readonly target: WorkerFunction;
  readonly trailing: readonly unknown[];
}

// Known by a mark: it may have been made by another copy of the package in this process.
const BINDING: unique symbol = Symbol.for('parajob.partial') as never;

/** What {@link partial} returns: a function of the input. */
export type PartialFunction<Input, Rest, Returned> = (
  input: Input,
  ...rest: Rest extends readonly unknown[] ? Rest : never
) => Returned;

/**
 * Binds the arguments that come *after* the input: `partial(quantile, 0.9)` calls `quantile(input, 0.9)`. Like
 * everything that a job takes along, they travel to the threads by value; shared arrays are shared.
 *
 * Function and arguments travel apart, so the function can be any that a runner takes. A partial of a partial binds
 * the arguments after those: `partial(partial(f, 1), 2)` calls `f(input, 1, 2)`.
 *
 * @throws JobRunnerError `INVALID_WORKER` if `fn` is a class, or not a function.
 *
 * @example
 * const q90 = await new JobRunner(partial(quantile, 0.9)).runJobs(arrays);
 * partial(quantile, 0.5)([1, 2, 3]); //=> 2
 */
export function partial<F extends WorkerFunction, T extends AfterInput<F>>(
  fn: F,
  ...trailing: T
): PartialFunction<InputBefore<F, T>, RestAfter<F, T>, ReturnedWith<F, T>> {
  if (typeof fn !== 'function' || isClass(fn)) {
    throw new JobRunnerError(
      'INVALID_WORKER',
      `partial binds arguments of a function, not of ${inspect(fn)}: a class gets its arguments by \`workerArgs\``,
    );
  }
  const target = targetOf(fn);
  const bound = [...trailingOf(fn), ...trailing];
  const call = (input: unknown, ...rest: readonly unknown[]): unknown =>
    (target as (...args: readonly unknown[]) => unknown)(input, ...bound, ...rest);
  const binding: Binding = { target, trailing: bound };
  Object.defineProperties(call, { name: { value: target.name }, [BINDING]: { value: binding } });
  return call as never;
}

/** Whether a value was made by {@link partial}. */
export function isPartial(value: unknown): value is WorkerFunction {
  return typeof value === 'function' && BINDING in value;
}

/** The function in a partial; any other function is its own. */
export function targetOf(fn: WorkerFunction): WorkerFunction {
  return bindingOf(fn)?.target ?? fn;
}

/** The arguments that a partial binds after the input; none for any other function. */
export function trailingOf(fn: WorkerFunction): readonly unknown[] {
  return bindingOf(fn)?.trailing ?? [];
}

function bindingOf(fn: WorkerFunction): Binding | undefined {
  return (fn as { [BINDING]?: Binding })[BINDING];
}
