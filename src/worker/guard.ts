import { JobRunnerError } from '../errors.ts';
import type { Guarded } from '../protocol/worker-reference.ts';
import { Fingerprints } from './fingerprint.ts';

/**
 * Looking takes a twentieth of the time of the jobs at most. So where values are small, no job of some milliseconds
 * goes unseen.
 */
const SHARE = 1 / 20;

const { performance } = globalThis;

/** Looks whether values are, while jobs run and when they are done, what they were before. */
export class Guard {
  #guarded: readonly Guarded[];
  readonly #fingerprints = new Fingerprints();
  readonly #before: readonly unknown[];
  /** What the quickest look has taken: others were disturbed. */
  #cost = Number.POSITIVE_INFINITY;
  #lookedAt: number | undefined;

  constructor(guarded: readonly Guarded[]) {
    this.#guarded = guarded;
    this.#before = guarded.map((each) => this.#look(each));
  }

  /** Whether to look again while jobs run: after the first, and then as often as takes little of their time. */
  isDue(now: number): boolean {
    return this.#lookedAt === undefined || now - this.#lookedAt >= this.#cost / SHARE;
  }

  /** A `WORKER_NOT_PORTABLE` naming the first that has changed; said once. */
  complaint(): JobRunnerError | undefined {
    const start = performance.now();
    const changed = this.#guarded.find((each, index) => !Object.is(this.#look(each), this.#before[index]));
    this.#lookedAt = performance.now();
    this.#cost = Math.min(this.#cost, this.#lookedAt - start);
    if (changed === undefined) return undefined;
    this.#guarded = [];
    return new JobRunnerError('WORKER_NOT_PORTABLE', changed.message);
  }

  #look({ read, depth }: Guarded): unknown {
    try {
      const value = read();
      if (depth === 'own') return this.#fingerprints.ofOwn(value as object[]);
      return depth === 'deep' ? this.#fingerprints.of(value) : value;
    } catch {
      // Jobs have put something into it that cannot be looked at: equal to nothing.
      return Symbol('unknown');
    }
  }
}
