import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { AnyFunction, WorkerReference } from '../../src/protocol/worker-reference.ts';
import type { ModuleReference } from '../../src/resolve/module-reference.ts';
import { resolveWorker } from '../../src/resolve/resolve-worker.ts';

export type ThreadAnswer =
  | { readonly value: unknown }
  | { readonly error: string; readonly message: string; readonly stack: string; readonly cause: unknown };

let thread: Worker | undefined;

/** Resolves a function here, loads it in the test file's thread and calls it there. One call at a time. */
export async function answerFromThread(
  target: AnyFunction | ModuleReference | WorkerReference,
  input?: unknown,
): Promise<ThreadAnswer> {
  const worker = isReference(target) ? { reference: target } : resolveWorker(target);
  thread ??= new Worker(new URL('./load-and-call.mjs', import.meta.url));
  thread.ref();
  const answered = once(thread, 'message');
  thread.postMessage({ ...worker, input });
  const [answer] = await answered;
  thread.unref();
  return answer;
}

/** As {@link answerFromThread}, for calls that succeed. */
export async function valueFromThread(
  target: AnyFunction | ModuleReference,
  input?: unknown,
): Promise<unknown> {
  const answer = await answerFromThread(target, input);
  if ('error' in answer) throw new Error(`${answer.error}: ${answer.stack}`);
  return answer.value;
}

/** As {@link answerFromThread}, for calls that fail. */
export async function failureInThread(
  target: AnyFunction | ModuleReference | WorkerReference,
): Promise<ThreadAnswer & { readonly error: string }> {
  const answer = await answerFromThread(target);
  if (!('error' in answer)) throw new Error(`expected a failure, not ${String(answer.value)}`);
  return answer;
}

function isReference(target: AnyFunction | ModuleReference | WorkerReference): target is WorkerReference {
  return typeof target === 'object' && 'type' in target;
}
