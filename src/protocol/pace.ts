/** One step may multiply the size by this much: sizes follow a measurement quickly, but not blindly. */
const GROWTH = 4;

/**
 * How many jobs to take at once, so that taking them costs little and nobody waits long for the last ones.
 * Starts at one job and follows the run time that was measured, down at once, up by steps.
 */
export class Pace {
  #size = 1;
  readonly #target: number;

  /** `target` is how many milliseconds one helping should take. */
  constructor(target: number) {
    this.#target = target;
  }

  get size(): number {
    return this.#size;
  }

  measured(jobs: number, milliseconds: number): void {
    if (jobs <= 0) return;
    const ideal = milliseconds > 0 ? (jobs * this.#target) / milliseconds : Number.POSITIVE_INFINITY;
    this.#size = Math.max(1, Math.floor(Math.min(ideal, this.#size * GROWTH, MOST)));
  }
}

/** Keeps a helping of jobs that take no time at all from swallowing a run. */
const MOST = 1 << 20;
