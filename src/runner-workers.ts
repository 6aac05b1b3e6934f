import { threadId } from 'node:worker_threads';
import type { Backend } from './backends/backend.ts';
import { InlineBackend } from './backends/inline-backend.ts';
import { type Hosts, ThreadBackend } from './backends/thread-backend.ts';
import type { CheckedRunnerOptions } from './check-runner-options.ts';
import { JobRunnerError } from './errors.ts';
import { MAX_LANES } from './ledger/layout.ts';
import { type Exits, fixExits } from './protocol/exits.ts';
import { type FixedValues, fixAll, reviveValues } from './protocol/fixed-values.ts';
import type { WorkerPlan } from './protocol/messages.ts';
import { UncloneableError } from './protocol/uncloneable.ts';
import type { AnyFunction, Guarded } from './protocol/worker-reference.ts';
import { checkPortable, resolveWorker } from './resolve/resolve-worker.ts';
import type { RunSetting } from './run/run-plan.ts';
import { EXIT_MS, exitTookTooLong } from './threads/retirements.ts';
import type { Thread } from './threads/thread.ts';
import { sharedThreads, ThreadPool } from './threads/thread-pool.ts';
import { dropInstance } from './worker/bind-worker.ts';
import { Guard } from './worker/guard.ts';
import { isInThread } from './worker/in-thread.ts';
import { isLoadingWorker, loadWorker } from './worker/load-worker.ts';

// Threads know runners by their numbers, and a job may have runners of its own: no two threads share numbers.
let nRunners = threadId * 2 ** 32;

/** A runner's workers: where they run, what they are made of, and which threads hold one. */
export class RunnerWorkers implements Hosts {
  readonly #options: CheckedRunnerOptions;
  readonly runnerId: number = ++nRunners;
  readonly threads: Set<Thread> = new Set();
  /** What `exit` of each instance that is gone has returned. */
  readonly exitResults: unknown[] = [];
  readonly #exitErrors: unknown[] = [];
  /** Exits that have not come to anything yet. */
  readonly #collecting = new Set<Promise<void>>();
  #pool: ThreadPool | undefined;
  /** In this thread: what jobs might write to without anybody seeing it in their text. */
  #guarded: readonly Guarded[] = [];

  constructor(options: CheckedRunnerOptions) {
    this.#options = options;
  }

  get hasInstances(): boolean {
    return this.#options.worker.type !== 'function';
  }

  /** The most that a run can have. */
  get most(): number {
    return this.#isInline ? 1 : this.#options.nWorkers;
  }

  /** What a run of `count` jobs is to know of its workers; `count` is undefined while nobody can know. */
  setting(
    count: number | undefined,
    spread: boolean,
  ): Pick<RunSetting, 'backend' | 'worker' | 'initTimeout' | 'wear'> {
    const { initTimeout, wear } = this.#options;
    const backend = this.#backend(count);
    return { backend, worker: this.#plan(spread), initTimeout, wear: this.#isInline ? undefined : wear };
  }

  #backend(count: number | undefined): Backend {
    if (isLoadingWorker()) {
      throw new JobRunnerError(
        'RUN_WHILE_LOADING',
        'a run was started while a thread was loading its worker: the worker module imports, or is, the script that starts the program',
      );
    }
    if (this.#isInline)
      return new InlineBackend(
        () => this.#loadHere(),
        () => this.#guardHere(),
      );
    const { threads, nWorkers } = this.#options;
    this.#pool ??= threads === undefined ? sharedThreads : new ThreadPool(threads);
    const nLanes = Math.max(1, Math.min(nWorkers, MAX_LANES, count ?? nWorkers));
    this.#pool.warm(nLanes);
    return new ThreadBackend(this.#pool, nLanes, this);
  }

  #plan(spread: boolean): WorkerPlan {
    const { worker } = this.#options;
    const isFunction = worker.type === 'function';
    return {
      runnerId: this.runnerId,
      ...this.#locate(),
      workerArgs: this.#fix(isFunction ? [] : worker.workerArgs, 'workerArgs'),
      trailing: this.#fix(isFunction ? worker.trailing : [], 'trailing'),
      spread,
    };
  }

  /** Where lanes find the worker. A run in this thread has it, and is refused what threads would be refused. */
  #locate(): Pick<WorkerPlan, 'reference' | 'captured' | 'watched'> {
    const { worker } = this.#options;
    if (!this.#isInline) return resolveWorker(worker.target as AnyFunction);
    if (worker.type !== 'module') this.#guarded = checkPortable(worker.target);
    return { reference: undefined, captured: undefined };
  }

  async retire(thread: Thread, patienceMs?: number): Promise<void> {
    this.threads.delete(thread);
    await this.#collect(thread.retire(this.runnerId, patienceMs));
  }

  /**
   * Lets go of every instance, and of threads that are the runner's own. Workers that are only being loaded, or made
   * ready, have `patienceMs` for that.
   *
   * @throws what `exit` of an instance has thrown, `EXIT_TIMEOUT` for one that takes too long, `WORKER_DIED` for one
   * whose thread dies before; an AggregateError of several.
   */
  async close(patienceMs?: number): Promise<void> {
    void this.#collect(inTime(this.#exitHere()));
    for (const thread of [...this.threads]) void this.retire(thread, patienceMs);
    // Threads that are leaving by themselves are among them.
    await Promise.all(this.#collecting);
    if (this.#pool !== sharedThreads) await this.#pool?.close();
    const [first, ...others] = this.#exitErrors;
    if (others.length > 0) throw new AggregateError(this.#exitErrors, 'exit of several workers failed');
    if (this.#exitErrors.length > 0) throw first;
  }

  /** By the same rules for values as in threads. */
  async #exitHere(): Promise<Exits> {
    const { fixed, errors } = fixExits(await dropInstance(this.runnerId));
    return { values: reviveValues(fixed), errors };
  }

  #collect(exits: Promise<Exits>): Promise<void> {
    const collected = exits
      .catch((error: unknown): Exits => ({ values: [], errors: [error] }))
      .then(({ values, errors }) => {
        this.exitResults.push(...values);
        this.#exitErrors.push(...errors);
        this.#collecting.delete(collected);
      });
    this.#collecting.add(collected);
    return collected;
  }

  get #isInline(): boolean {
    return this.#options.isInline || isInThread();
  }

  #loadHere(): unknown {
    const { worker } = this.#options;
    if (worker.type !== 'module') return worker.target;
    return loadWorker(resolveWorker(worker.target).reference).then((loaded) => loaded.worker);
  }

  #guardHere(): Guard | undefined {
    return this.#guarded.length > 0 ? new Guard(this.#guarded) : undefined;
  }

  /** Each lane gets a copy of its own, which in threads it makes by itself. */
  #fix(values: readonly unknown[], root: string): FixedValues {
    try {
      return fixAll(values, root, { forMany: !this.#isInline }).fixed;
    } catch (cause) {
      if (!(cause instanceof UncloneableError)) throw cause;
      throw new JobRunnerError('INPUT_NOT_CLONEABLE', cause.message, { cause });
    }
  }
}

/** An `exit` in this thread. */
async function inTime<T>(exited: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(exitTookTooLong()), EXIT_MS);
  });
  try {
    return await Promise.race([exited, limit]);
  } finally {
    clearTimeout(timer);
  }
}
