import { JobRunnerError } from '../errors.ts';
import type { Exits } from '../protocol/exits.ts';

const { setTimeout, clearTimeout } = globalThis;

/** An `exit` that takes longer is given up, and its thread ended: one that hangs must not hang who waits for it. */
export const EXIT_MS = 10_000;

/** The workers of one thread that have been asked to go, and have not said yet what their `exit` came to. */
export class Retirements {
  readonly #asked = new Map<number, Retiring>();
  readonly #isFree: () => boolean;
  readonly #giveUp: () => void;
  #limit: ReturnType<typeof setTimeout> | undefined;

  /** `isFree` says whether the thread has no lane; `giveUp` is called when an exit takes too long. */
  constructor(isFree: () => boolean, giveUp: () => void) {
    this.#isFree = isFree;
    this.#giveUp = giveUp;
  }

  get areUnderWay(): boolean {
    return this.#asked.size > 0;
  }

  get all(): readonly Promise<Exits>[] {
    return [...this.#asked.values()].map(({ retired }) => retired);
  }

  of(runnerId: number): Promise<Exits> | undefined {
    return this.#asked.get(runnerId)?.retired;
  }

  begin(runnerId: number): Promise<Exits> {
    let settling: Pick<Retiring, 'resolve' | 'reject'> | undefined;
    const retired = new Promise<Exits>((resolve, reject) => {
      settling = { resolve, reject };
    });
    this.#asked.set(runnerId, { ...settling!, retired, exit: 'asked' });
    return retired;
  }

  /** Its `exit` has been called, and `hasReturned`, if only a promise. */
  began(runnerId: number, hasReturned: boolean): void {
    const retiring = this.#asked.get(runnerId);
    if (retiring !== undefined) retiring.exit = hasReturned ? 'waits' : 'runs';
    this.limit();
  }

  /** What came of one. With the last of them the limit goes. */
  end(runnerId: number, settle: (retiring: Settling) => void): void {
    const retiring = this.#asked.get(runnerId);
    this.#asked.delete(runnerId);
    if (retiring !== undefined) settle(retiring);
    if (!this.areUnderWay) this.#clear();
  }

  /** Nothing more comes of any. */
  endAll(settle: (retiring: Settling) => void): void {
    for (const runnerId of [...this.#asked.keys()]) this.end(runnerId, settle);
  }

  /** From now on time counts, if it may. */
  limit(): void {
    if (!this.#mayLimit) return;
    this.#limit ??= setTimeout(() => {
      this.#limit = undefined;
      // Another lane may have come, whose end starts this anew.
      if (!this.#mayLimit) return;
      for (const { reject } of this.#asked.values()) reject(exitTookTooLong());
      this.#giveUp();
    }, EXIT_MS).unref();
  }

  /** What the jobs of a lane take is not for the exits to answer for, unless it is an exit that has the thread. */
  get #mayLimit(): boolean {
    if (!this.areUnderWay) return false;
    return this.#isFree() || [...this.#asked.values()].some(({ exit }) => exit === 'runs');
  }

  #clear(): void {
    clearTimeout(this.#limit);
    this.#limit = undefined;
  }
}

type Settling = Pick<Retiring, 'resolve' | 'reject' | 'exit'>;

interface Retiring {
  readonly retired: Promise<Exits>;
  readonly resolve: (exits: Exits) => void;
  readonly reject: (error: unknown) => void;
  exit: 'asked' | 'runs' | 'waits';
}

/** The error of a worker whose `exit` does not come to an end. */
export function exitTookTooLong(): JobRunnerError {
  return new JobRunnerError('EXIT_TIMEOUT', `the exit of a worker was not through after ${EXIT_MS} ms`);
}

/** The error of a worker that went with its thread. */
export function diedBeforeExit(cause: unknown, exitCode: number | undefined): JobRunnerError {
  const why = cause instanceof Error ? cause.message : `exit code ${exitCode}`;
  const message = `a thread died before the exit of its worker was through: ${why}`;
  return new JobRunnerError('WORKER_DIED', message, { cause });
}
