import { JobRunnerError } from '../errors.ts';
import type { Guarded } from '../protocol/worker-reference.ts';
import { Fingerprints } from './fingerprint.ts';

/** Looks whether values are, when jobs are done, what they were before. */
export class Guard {
  readonly #guarded: readonly Guarded[];
  readonly #fingerprints = new Fingerprints();
  readonly #before: readonly unknown[];

  constructor(guarded: readonly Guarded[]) {
    this.#guarded = guarded;
    this.#before = guarded.map((each) => this.#look(each));
  }

  /** @throws JobRunnerError `WORKER_NOT_PORTABLE` naming the first that has changed. */
  check(): void {
    this.#guarded.forEach((each, index) => {
      if (Object.is(this.#look(each), this.#before[index])) return;
      throw new JobRunnerError('WORKER_NOT_PORTABLE', each.message);
    });
  }

  #look({ read, isDeep }: Guarded): unknown {
    const value = read();
    return isDeep ? this.#fingerprints.of(value) : value;
  }
}
