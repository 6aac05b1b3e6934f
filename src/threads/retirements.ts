import { JobRunnerError } from '../errors.ts';

const { setTimeout, clearTimeout } = globalThis;

/** An `exit` that takes longer is given up, and its thread ended: one that hangs must not hang who waits for it. */
export const EXIT_MS = 10_000;

/** The workers of one thread that have been asked to go, and have not said yet what their `exit` came to. */
export class Retirements {
  readonly #asked = new Map<number, Retiring>();
  readonly #mayLimit: () => boolean;
  readonly #giveUp: () => void;
  #limit: ReturnType<typeof setTimeout> | undefined;

  /** `mayLimit` says whether exits are to answer for the time that passes; `giveUp` is called when it is over. */
  constructor(mayLimit: () => boolean, giveUp: () => void) {
    this.#mayLimit = mayLimit;
    this.#giveUp = giveUp;
  }

  get areUnderWay(): boolean {
    return this.#asked.size > 0;
  }

  get all(): readonly Promise<readonly unknown[]>[] {
    return [...this.#asked.values()].map(({ retired }) => retired);
  }

  of(runnerId: number): Promise<readonly unknown[]> | undefined {
    return this.#asked.get(runnerId)?.retired;
  }

  begin(runnerId: number): Promise<readonly unknown[]> {
    let settling: Pick<Retiring, 'resolve' | 'reject'> | undefined;
    const retired = new Promise<readonly unknown[]>((resolve, reject) => {
      settling = { resolve, reject };
    });
    this.#asked.set(runnerId, { ...settling!, retired, hasBegun: false });
    return retired;
  }

  /** Its `exit` has been called. */
  began(runnerId: number): void {
    const retiring = this.#asked.get(runnerId);
    if (retiring !== undefined) retiring.hasBegun = true;
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

  /** From now on time counts; not while a lane is there: what others' jobs take is not for the exits to answer for. */
  limit(): void {
    if (!this.areUnderWay || !this.#mayLimit()) return;
    this.#limit ??= setTimeout(() => {
      this.#limit = undefined;
      // Another lane may have come, whose end starts this anew.
      if (!this.#mayLimit()) return;
      for (const { reject } of this.#asked.values()) reject(exitTookTooLong());
      this.#giveUp();
    }, EXIT_MS).unref();
  }

  #clear(): void {
    clearTimeout(this.#limit);
    this.#limit = undefined;
  }
}

type Settling = Pick<Retiring, 'resolve' | 'reject' | 'hasBegun'>;

interface Retiring {
  readonly retired: Promise<readonly unknown[]>;
  readonly resolve: (exited: readonly unknown[]) => void;
  readonly reject: (error: unknown) => void;
  hasBegun: boolean;
}

/** The error of a worker whose `exit` does not come to an end. */
export function exitTookTooLong(): JobRunnerError {
  return new JobRunnerError('EXIT_TIMEOUT', `the exit of a worker was not through after ${EXIT_MS} ms`);
}

/** The error of a worker that went with its thread. */
export function diedBeforeExit(cause: unknown, exitCode: number | undefined): JobRunnerError {
  const why = cause instanceof Error ? cause.message : `exit code ${exitCode}`;
  return new JobRunnerError(
    'WORKER_DIED',
    `a thread died before the exit of its worker was through: ${why}`,
    {
      cause,
    },
  );
}
