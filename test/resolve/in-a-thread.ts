import { Worker } from 'node:worker_threads';
import type { AnyFunction, WorkerReference } from '../../src/protocol/worker-reference.ts';
import type { ModuleReference } from '../../src/resolve/module-reference.ts';
import { resolveWorker } from '../../src/resolve/resolve-worker.ts';

export type ThreadAnswer =
  | { readonly value: unknown }
  | { readonly error: string; readonly message: string; readonly stack: string };

/** Resolves a function here, loads it in a thread of its own and calls it there with `input`. */
export async function answerFromThread(
  target: AnyFunction | ModuleReference | WorkerReference,
  input?: unknown,
): Promise<ThreadAnswer> {
  const reference = isReference(target) ? target : resolveWorker(target);
  const thread = new Worker(new URL('./load-and-call.mjs', import.meta.url));
  try {
    return await new Promise((resolve, reject) => {
      thread.once('message', resolve);
      thread.once('error', reject);
      thread.postMessage({ reference, input });
    });
  } finally {
    await thread.terminate();
  }
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

function isReference(target: AnyFunction | ModuleReference | WorkerReference): target is WorkerReference {
  return typeof target === 'object' && 'type' in target;
}
