import { types } from 'node:util';
import { type JobError, JobRunnerError } from '../errors.ts';

/** Timers that are set to more than this go off at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** When a failed job is tried again; see the run option `retries`. */
export interface RetryPolicy {
  readonly limit: number;
  readonly delay: number;
  readonly backoff: number;
  readonly when: (error: JobError, attempt: number) => boolean;
  readonly maxDeaths: number;
}

/** Counts the tries of jobs that have failed, and decides on another one. */
export class Retries {
  readonly #policy: RetryPolicy;
  readonly #attempts = new Map<number, number>();
  readonly #deaths = new Map<number, number>();

  constructor(policy: RetryPolicy) {
    this.#policy = policy;
  }

  /** Which try at a place is under way: 1 for the first. */
  attemptAt(place: number): number {
    return this.#attempts.get(place) ?? 1;
  }

  /**
   * Milliseconds to wait before the job is tried again, or undefined if it is not. `isDeath`: it took its worker
   * with it.
   *
   * @throws what `when` throws; JobRunnerError `INVALID_OPTION` if it gives a promise.
   */
  next(error: JobError, isDeath: boolean): number | undefined {
    const { limit, delay, backoff, when, maxDeaths } = this.#policy;
    const { place, attempt } = error;
    if (attempt > limit) return undefined;
    if (isDeath) {
      const deaths = (this.#deaths.get(place) ?? 0) + 1;
      this.#deaths.set(place, deaths);
      if (deaths >= maxDeaths) return undefined;
    }
    const isWorthIt: unknown = when(error, attempt);
    // It would count as yes, whatever it comes to.
    if (types.isPromise(isWorthIt)) {
      throw new JobRunnerError(
        'INVALID_OPTION',
        '`when` of `retries` gave a promise: it must say at once, by true or false',
      );
    }
    if (!isWorthIt) return undefined;
    this.#attempts.set(place, attempt + 1);
    return Math.min(LONGEST_MS, delay * backoff ** (attempt - 1));
  }
}
