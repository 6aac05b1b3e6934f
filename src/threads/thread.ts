import { createRequire } from 'node:module';
import {
  MessageChannel,
  type MessagePort,
  type ResourceLimits,
  SHARE_ENV,
  type Worker,
} from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { seatThread, vacateSeat } from '../arrays/liveness.ts';
import { JobRunnerError } from '../errors.ts';
import { type Exits, NO_EXITS } from '../protocol/exits.ts';
import { reviveValues } from '../protocol/fixed-values.ts';
import type { FromLane, LaneStart, ToLane } from '../protocol/messages.ts';
import { restoreThrown } from '../protocol/wire-error.ts';
import type { FromThread, ToThread } from '../worker/port-link.ts';
import type { ThreadStart } from '../worker/thread-entry.ts';
import { entryFile } from './entry-file.ts';
import { inheritedExecArgv } from './exec-argv.ts';
import { diedBeforeExit, Retirements } from './retirements.ts';

const { setTimeout } = globalThis;

// On first use, not at import: worker modules import the package, too, and need none of this.
const require = createRequire(import.meta.url);

/** What threads are started with. */
export interface ThreadSettings {
  /** @defaultValue the process's own environment, shared */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** @defaultValue the process's own, as far as they are of use in a thread */
  readonly execArgv?: readonly string[] | undefined;
  readonly resourceLimits?: ResourceLimits | undefined;
}

/** A runner that may have a worker in a thread, and collects what that worker's `exit` returns. */
export interface Host {
  readonly runnerId: number;
  /** Whether its worker may have an `exit`: plain functions have none. */
  readonly hasInstances: boolean;
  retire(thread: Thread): Promise<void>;
}

/** What a thread tells its pool. */
export interface ThreadEvents {
  /** It has ended while it had no lane. */
  readonly gone: (thread: Thread) => void;
  /** It can have a lane again: no worker in it is at its `exit` any more. */
  readonly free: () => void;
}

/** How a lane came to its end in a thread. */
export type RunningLaneEnd =
  | {
      readonly type: 'finished';
      /** Its worker has come to a limit: the thread should not be used again. */
      readonly isWornOut: boolean;
    }
  | {
      readonly type: 'died';
      readonly error: unknown;
      readonly exitCode: number | undefined;
      readonly outOfMemory: boolean;
    };

/**
 * One thread: a Piscina of one. That is the only way to end a chosen thread and no other. A thread that has ended is
 * not used again; its pool starts another when it needs one.
 *
 * All lanes of a thread, one after the other, start and speak through one port: a task of piscina for each would take
 * longer than a short run (benchmarks/one-job.ts). The port closes when the thread has really ended: not before, as
 * piscina's promises do, while the thread may still be writing.
 */
export class Thread {
  readonly #piscina: Piscina;
  readonly #port: MessagePort;
  #lane: LaneHere | undefined;
  readonly #retirements = new Retirements(
    // What has ended for another reason may only be slow to go.
    () => this.#lane === undefined && !this.hasEnded,
    () => void this.end(),
  );
  readonly #events: ThreadEvents;
  #nLanes = 0;
  /** Shared memory that lanes here have looked at: what is used again takes no more room. */
  readonly #seen = new WeakSet<ArrayBufferLike>();
  /** What the thread has died of, as far as somebody threw something. */
  #thrown: { readonly error: unknown } | undefined;
  #exitCode: number | undefined;
  /** Of what happened in it, not because it was ended from here. */
  #hasDied = false;
  #ended: Promise<void> | undefined;
  /** Whose workers are in it. Weak: a thread that is idle keeps no runner. */
  readonly #hosts = new Map<number, WeakRef<Host>>();

  private constructor(piscina: Piscina, events: ThreadEvents) {
    this.#piscina = piscina;
    this.#events = events;
    const { port1: near, port2: far } = new MessageChannel();
    this.#port = near;
    near.on('message', (message: FromThread) => {
      if (message.type === 'retired') this.#retired(message);
      else if (message.type === 'exiting') this.#retirements.began(message.runnerId, message.hasReturned);
      else this.#lane?.hear(message);
    });
    // A run holds the process; an idle thread does not.
    near.unref();
    const seat = seatThread();
    const [worker] = piscina.threads as [Worker];
    worker.once('error', (error) => {
      this.#thrown ??= { error };
    });
    const exited = new Promise<void>((resolve) => {
      worker.once('exit', (code) => {
        if (!this.hasEnded) this.#exitCode = code;
        this.#hasDied ||= !this.hasEnded;
        resolve();
      });
    });
    const closed = new Promise((resolve) => near.once('close', resolve));
    void Promise.all([closed, exited]).then(() => {
      // Not before: an ended thread may still be writing what a lock keeps from others.
      vacateSeat(seat);
      void this.end();
      // Whatever was in it has gone with it.
      this.#retirements.endAll(({ resolve, reject, exit }) => {
        if (this.#hasDied && exit !== 'asked') reject(diedBeforeExit(this.#thrown?.error, this.#exitCode));
        else resolve(NO_EXITS);
      });
      if (this.#lane === undefined) events.gone(this);
      else this.#lane.die();
    });
    piscina
      .run({ port: far, seat } satisfies ThreadStart, { transferList: [far] })
      .catch((error: unknown) => {
        // A job may end the thread before piscina has heard that its task is done, and takes that for the task's fault.
        if (this.#exitCode === undefined) this.#thrown ??= { error };
        this.#hasDied ||= !this.hasEnded;
        return this.end();
      });
  }

  /** At once, so that the thread comes up while the calling thread still looks for the worker. */
  static start(settings: ThreadSettings, events: ThreadEvents): Thread {
    const filename = entryFile();
    const execArgv = settings.execArgv ?? inheritedExecArgv();
    const { Piscina: PiscinaPool } = require('piscina') as typeof import('piscina');
    let piscina: Piscina;
    try {
      piscina = new PiscinaPool({
        filename,
        minThreads: 1,
        maxThreads: 1,
        idleTimeout: Number.POSITIVE_INFINITY,
        // An idle thread must reach its event loop: for timers that jobs left behind, and to collect memory.
        atomics: 'disabled',
        recordTiming: false,
        // What the program was started with; the first two are the thread's own.
        argv: process.argv.slice(2),
        env: settings.env ?? SHARE_ENV,
        ...(execArgv && { execArgv: [...execArgv] }),
        ...(settings.resourceLimits && { resourceLimits: settings.resourceLimits }),
      });
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new JobRunnerError('INVALID_OPTION', `no thread can be started: ${message}`, { cause });
    }
    // Piscina would replace a thread that dies: that is the pool's to do, when one is wanted.
    (piscina.options as { minThreads: number }).minThreads = 0;
    // Emitted for what is thrown in the thread while it has no task; without a listener the process would die.
    piscina.on('error', () => {});
    return new Thread(piscina, events);
  }

  get hasEnded(): boolean {
    return this.#ended !== undefined;
  }

  /** Runs one lane; one at a time. */
  runLane(start: LaneStart, hear: (message: FromLane) => void): RunningLane {
    const lane = ++this.#nLanes;
    const over = new Promise<RunningLaneEnd>((resolve) => {
      this.#lane = {
        runnerId: start.worker.runnerId,
        hear: (message) => {
          hear(message);
          if (message.type !== 'over') return;
          this.#lane = undefined;
          this.#retirements.limit();
          resolve({ type: 'finished', isWornOut: message.isWornOut });
        },
        die: () => resolve(this.#death),
      };
    });
    this.#post({ type: 'start', lane, start, nNewBytes: this.#newBytes(start) });
    return { over, post: (message, transfer) => this.#post({ type: 'message', lane, message }, transfer) };
  }

  #newBytes({ ledger, source, output }: LaneStart): number {
    let nBytes = 0;
    const read = source.type === 'elements' || source.type === 'rows' ? source.buffer : undefined;
    for (const buffer of [ledger.buffer, read, output?.buffer]) {
      if (buffer === undefined || this.#seen.has(buffer)) continue;
      this.#seen.add(buffer);
      nBytes += buffer.byteLength;
    }
    return nBytes;
  }

  #post(message: ToThread, transfer: readonly ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  get #death(): RunningLaneEnd {
    const error = this.#thrown?.error;
    return {
      type: 'died',
      error,
      // It tells nothing new where there is an error, or where the thread was ended from here.
      exitCode: this.#thrown === undefined ? this.#exitCode : undefined,
      outOfMemory: codeOf(error) === 'ERR_WORKER_OUT_OF_MEMORY',
    };
  }

  /** Whether a worker in it is at its `exit`, which may hold up everything else. */
  get isRetiring(): boolean {
    return this.#retirements.areUnderWay;
  }

  /** The thread gets a worker of this runner, if it has none yet. */
  takeIn(host: Host): void {
    if (host.hasInstances && !this.#hosts.has(host.runnerId))
      this.#hosts.set(host.runnerId, new WeakRef(host));
  }

  /**
   * Lets go of a runner's worker, after a lane of the runner that may be there, and resolves to what came of its
   * `exit`: nothing if there is none, or no thread any more. Rejects with `EXIT_TIMEOUT` if it takes too long, and with
   * `WORKER_DIED` if the thread dies of it.
   *
   * A lane of the runner that still loads its worker, and was called off, is waited for, but for no longer than
   * `patienceMs`.
   */
  retire(runnerId: number, patienceMs?: number): Promise<Exits> {
    this.#hosts.delete(runnerId);
    if (this.hasEnded) return Promise.resolve(NO_EXITS);
    const lane = this.#lane;
    if (patienceMs !== undefined && lane?.runnerId === runnerId)
      setTimeout(() => this.#lane === lane && void this.end(), patienceMs).unref();
    const earlier = this.#retirements.of(runnerId);
    // The thread may be leaving just when the runner is closed: what there is is told once.
    if (earlier !== undefined) return earlier.then(none, none);
    const retired = this.#retirements.begin(runnerId);
    // Whoever closes a runner waits for it.
    this.#port.ref();
    this.#post({ type: 'retire', runnerId });
    this.#retirements.limit();
    return retired;
  }

  #retired({ runnerId, exited, errors }: Extract<FromThread, { type: 'retired' }>): void {
    this.#retirements.end(runnerId, ({ resolve }) => {
      resolve({ values: reviveValues(exited), errors: errors.map(restoreThrown) });
    });
    if (this.isRetiring) return;
    this.#port.unref();
    this.#events.free();
  }

  /** Ends the thread between two lanes: the workers in it get their `exit` first, and some time for it. */
  async leave(): Promise<void> {
    const asked = this.#retirements.all;
    const exits = [...this.#hosts].map(
      ([runnerId, host]) => host.deref()?.retire(this) ?? this.retire(runnerId),
    );
    // Who has nothing to wait for does not wait: the thread is ended before anybody can want it.
    if (asked.length + exits.length > 0) await Promise.allSettled([...asked, ...exits]);
    await this.end();
  }

  /** Ends the thread, whatever it is doing. */
  end(): Promise<void> {
    this.#ended ??= this.#piscina.destroy();
    return this.#ended;
  }
}

/** A lane that a thread has been given. */
export interface RunningLane {
  /** Resolves when nothing more comes. */
  readonly over: Promise<RunningLaneEnd>;
  post(message: ToLane, transfer: readonly ArrayBuffer[]): void;
}

/** The lane that a thread has, as main knows it. */
interface LaneHere {
  readonly runnerId: number;
  readonly hear: (message: FromLane) => void;
  readonly die: () => void;
}

const none = (): Exits => NO_EXITS;

function codeOf(error: unknown): unknown {
  return (error as { readonly code?: unknown } | undefined)?.code;
}
