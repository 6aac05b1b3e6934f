import { type ResourceLimits, SHARE_ENV } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import type { LaneTask, ThreadTask } from '../worker/thread-entry.ts';
import { entryFile } from './entry-file.ts';

/** What threads are started with. */
export interface ThreadSettings {
  /** @defaultValue the process's own environment, shared */
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly execArgv?: readonly string[] | undefined;
  readonly resourceLimits?: ResourceLimits | undefined;
}

/** How a thread ended while it had a task. */
export interface ThreadEnd {
  readonly error: unknown;
  readonly exitCode: number | undefined;
  readonly outOfMemory: boolean;
}

/**
 * One thread: a Piscina of one. That is the only way to hand a task to a chosen thread, and to end that thread
 * and no other. A thread that has ended is not used again; its pool starts another when it needs one.
 */
export class Thread {
  readonly #piscina: Piscina;
  #ended: Promise<void> | undefined;

  private constructor(piscina: Piscina) {
    this.#piscina = piscina;
  }

  static async start(
    settings: ThreadSettings,
    onStrayError: (thread: Thread, error: unknown) => void,
  ): Promise<Thread> {
    const filename = entryFile();
    const { Piscina: PiscinaPool } = await import('piscina');
    const piscina = new PiscinaPool({
      filename,
      minThreads: 1,
      maxThreads: 1,
      idleTimeout: Number.POSITIVE_INFINITY,
      // An idle thread must reach its event loop: for timers that jobs left behind, and to collect memory.
      atomics: 'disabled',
      recordTiming: false,
      env: settings.env ?? SHARE_ENV,
      ...(settings.execArgv && { execArgv: [...settings.execArgv] }),
      ...(settings.resourceLimits && { resourceLimits: settings.resourceLimits }),
    });
    const thread = new Thread(piscina);
    // Emitted for what is thrown in the thread while it has no task; without a listener the process would die.
    piscina.on('error', (error: unknown) => {
      if (!thread.hasEnded) onStrayError(thread, error);
    });
    return thread;
  }

  get hasEnded(): boolean {
    return this.#ended !== undefined;
  }

  /** Runs one lane. Resolves when the thread is done with it: to nothing, or to how the thread ended. */
  async runLane(task: LaneTask): Promise<ThreadEnd | undefined> {
    try {
      await this.#piscina.run(task satisfies ThreadTask, { transferList: [task.port] });
      return undefined;
    } catch (error) {
      await this.end();
      return {
        error,
        exitCode: exitCodeOf(error),
        outOfMemory: codeOf(error) === 'ERR_WORKER_OUT_OF_MEMORY',
      };
    }
  }

  /** Lets go of a runner's worker, after the lane that may be running. Nothing to do in a thread that has ended. */
  async retire(runnerId: number): Promise<void> {
    if (this.hasEnded) return;
    await this.#piscina.run({ type: 'retire', runnerId } satisfies ThreadTask).catch(() => {});
  }

  /** Ends the thread, whatever it is doing. */
  end(): Promise<void> {
    this.#ended ??= this.#piscina.destroy();
    return this.#ended;
  }
}

function codeOf(error: unknown): unknown {
  return (error as { readonly code?: unknown } | undefined)?.code;
}

// Piscina has no field for it.
function exitCodeOf(error: unknown): number | undefined {
  const match = error instanceof Error && /^worker exited with code: (-?\d+)$/.exec(error.message);
  return match ? Number(match[1]) : undefined;
}
