import type { RunProgress } from './reporter.ts';

/** How far a run is and how fast it goes, at one moment. Times are in seconds. */
export interface Standing extends RunProgress {
  readonly elapsed: number;
  /** Expected by the average of the whole run; undefined while there is nothing to go by. */
  readonly secondsLeft: number | undefined;
  /** Smoothed over the last seconds; undefined until the first job is done. */
  readonly jobsPerSecond: number | undefined;
}

/** How fast the rate forgets: after this many seconds an observation weighs a third of what it did. */
const MEMORY_SECONDS = 5;

/** Turns looks at a run into its {@link Standing}. Reads no clock. */
export class Pace {
  readonly #start: number;
  #lastAt: number;
  #lastDone = 0;
  #lastStep = 0;
  #weightedRate = 0;
  #weight = 0;

  /** `start` and every `now` are milliseconds of one clock. */
  constructor(start: number) {
    this.#start = start;
    this.#lastAt = start;
  }

  observe(now: number, { total, done, failed }: RunProgress): Standing {
    this.#remember(now, done);
    const elapsed = (now - this.#start) / 1000;
    const secondsLeft =
      total === undefined || done === 0 ? undefined : (elapsed * Math.max(0, total - done)) / done;
    return { total, done, failed, elapsed, secondsLeft, jobsPerSecond: this.#rate(now) };
  }

  /** A look that finds nothing new is not an observation of rate 0: slow jobs would make the rate jump. */
  #remember(now: number, done: number): void {
    const seconds = (now - this.#lastAt) / 1000;
    const step = done - this.#lastDone;
    if (step <= 0 || seconds <= 0) return;
    const kept = Math.exp(-seconds / MEMORY_SECONDS);
    this.#weightedRate = this.#weightedRate * kept + (step / seconds) * (1 - kept);
    this.#weight = this.#weight * kept + (1 - kept);
    this.#lastAt = now;
    this.#lastDone = done;
    this.#lastStep = step;
  }

  #rate(now: number): number | undefined {
    if (this.#weight === 0) return undefined;
    const smoothed = this.#weightedRate / this.#weight;
    const silence = (now - this.#lastAt) / 1000;
    // A run that stands still must not go on showing its old rate.
    return silence > 0 ? Math.min(smoothed, this.#lastStep / silence) : smoothed;
  }
}
