import { JobRunnerError } from '../errors.ts';
import type { Guarded } from '../protocol/worker-reference.ts';
import { Fingerprints } from './fingerprint.ts';

/** Looks whether values are, while jobs run and when they are done, what they were before. */
export class Guard {
  #guarded: readonly Guarded[];
  readonly #fingerprints = new Fingerprints();
  readonly #before: readonly unknown[];

  constructor(guarded: readonly Guarded[]) {
    this.#guarded = guarded;
    this.#before = guarded.map((each) => this.#look(each));
  }

  /** A `WORKER_NOT_PORTABLE` naming the first that has changed; said once. */
  complaint(): JobRunnerError | undefined {
    const changed = this.#guarded.find((each, index) => !Object.is(this.#look(each), this.#before[index]));
    if (changed === undefined) return undefined;
    this.#guarded = [];
    return new JobRunnerError('WORKER_NOT_PORTABLE', changed.message);
  }

  #look({ read, depth }: Guarded): unknown {
    const value = read();
    if (depth === 'own') return this.#fingerprints.ofOwn(value as object[]);
    return depth === 'deep' ? this.#fingerprints.of(value) : value;
  }
}
