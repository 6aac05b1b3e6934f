import { JobRunnerError } from '../errors.ts';
import { Fingerprints } from './fingerprint.ts';

/** A value that jobs must not write to, and what to say if they have. */
export interface Guarded {
  readonly value: unknown;
  readonly message: string;
}

/** Looks whether captured values are, when jobs are done, what they were before. */
export class Guard {
  readonly #guarded: readonly Guarded[];
  readonly #fingerprints = new Fingerprints();
  readonly #before: readonly number[];

  constructor(guarded: readonly Guarded[]) {
    this.#guarded = guarded;
    this.#before = guarded.map(({ value }) => this.#fingerprints.of(value));
  }

  /** @throws JobRunnerError `WORKER_NOT_PORTABLE` naming the first that has been written to. */
  check(): void {
    this.#guarded.forEach(({ value, message }, index) => {
      if (this.#fingerprints.of(value) === this.#before[index]) return;
      throw new JobRunnerError('WORKER_NOT_PORTABLE', message);
    });
  }
}
