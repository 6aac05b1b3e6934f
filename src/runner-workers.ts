import type { Backend } from './backends/backend.ts';
import { InlineBackend } from './backends/inline-backend.ts';
import { ThreadBackend } from './backends/thread-backend.ts';
import type { CheckedRunnerOptions } from './check-options.ts';
import { JobRunnerError } from './errors.ts';
import { MAX_LANES } from './ledger/layout.ts';
import { type FixedValues, fixAll, UncloneableError } from './protocol/fixed-values.ts';
import type { WorkerPlan } from './protocol/messages.ts';
import type { AnyFunction } from './protocol/worker-reference.ts';
import { resolveWorker } from './resolve/resolve-worker.ts';
import type { Thread } from './threads/thread.ts';
import { sharedThreads, ThreadPool } from './threads/thread-pool.ts';
import { dropInstance } from './worker/bind-worker.ts';
import { isInThread } from './worker/in-thread.ts';
import { isLoadingWorker, loadWorker } from './worker/load-worker.ts';

let nRunners = 0;

/** A runner's workers: where they run, what they are made of, and which threads hold one. */
export class RunnerWorkers {
  readonly #options: CheckedRunnerOptions;
  readonly #runnerId = ++nRunners;
  /** Threads that may hold an instance. */
  readonly #threads = new Set<Thread>();
  #pool: ThreadPool | undefined;

  constructor(options: CheckedRunnerOptions) {
    this.#options = options;
  }

  /** The most that a run can have. */
  get most(): number {
    return this.#isInline ? 1 : this.#options.nWorkers;
  }

  /** Where one run of `count` jobs takes place; `count` is undefined while nobody can know. */
  backend(count: number | undefined): Backend {
    if (isLoadingWorker()) {
      throw new JobRunnerError(
        'RUN_WHILE_LOADING',
        'a run was started while a thread was loading its worker: the worker module imports, or is, the script that starts the program',
      );
    }
    if (this.#isInline) return new InlineBackend(() => this.#loadHere());
    const { threads, nWorkers } = this.#options;
    this.#pool ??= threads === undefined ? sharedThreads : new ThreadPool(threads);
    const nLanes = Math.max(1, Math.min(nWorkers, MAX_LANES, count ?? nWorkers));
    return new ThreadBackend(this.#pool, nLanes, this.#threads);
  }

  /** What lanes make their worker of. */
  plan(spread: boolean): WorkerPlan {
    const { worker } = this.#options;
    const isFunction = worker.type === 'function';
    return {
      runnerId: this.#runnerId,
      reference: this.#isInline ? undefined : resolveWorker(worker.target as AnyFunction),
      workerArgs: fixArguments(isFunction ? [] : worker.workerArgs, 'workerArgs'),
      trailing: fixArguments(isFunction ? worker.trailing : [], 'trailing'),
      spread,
    };
  }

  /** Lets go of every instance, and of threads that are the runner's own. */
  async close(): Promise<void> {
    await dropInstance(this.#runnerId);
    await Promise.all([...this.#threads].map((thread) => thread.retire(this.#runnerId)));
    if (this.#pool !== sharedThreads) await this.#pool?.close();
  }

  get #isInline(): boolean {
    return this.#options.isInline || isInThread();
  }

  #loadHere(): unknown {
    const { worker } = this.#options;
    return worker.type === 'module' ? loadWorker(resolveWorker(worker.target)) : worker.target;
  }
}

function fixArguments(values: readonly unknown[], root: string): FixedValues {
  try {
    return fixAll(values, root).fixed;
  } catch (cause) {
    if (!(cause instanceof UncloneableError)) throw cause;
    throw new JobRunnerError('INPUT_NOT_CLONEABLE', cause.message, { cause });
  }
}
