import type { Outcome } from '../inference.ts';
import type { Collector, OutcomeGroup } from './outcome-group.ts';

/** Outcomes that have come in and not been asked for, in the order of their coming. */
export class OutcomeQueue implements Collector {
  #outcomes: Outcome<unknown, unknown>[] = [];
  #next = 0;
  #ending: { readonly error: unknown } | 'fulfilled' | undefined;
  #wake: (() => void) | undefined;

  take({ runs, outputs, rejections }: OutcomeGroup, inputOf: (place: number) => unknown): void {
    let n = 0;
    for (let i = 0; i < runs.length; i += 2) {
      const end = runs[i]! + runs[i + 1]!;
      for (let place = runs[i]!; place < end; place++) {
        this.#outcomes.push({ status: 'fulfilled', place, input: inputOf(place), output: outputs[n++] });
      }
    }
    for (const error of rejections) {
      this.#outcomes.push({ status: 'rejected', place: error.place, input: error.input, error });
    }
    this.#wake?.();
  }

  /** No more will come. */
  end(): void {
    this.#ending ??= 'fulfilled';
    this.#wake?.();
  }

  fail(error: unknown): void {
    this.#ending ??= { error };
    this.#wake?.();
  }

  /** The next outcome; undefined at the end. Throws what the run was stopped by, once all outcomes are out. */
  async next(): Promise<Outcome<unknown, unknown> | undefined> {
    while (this.#next === this.#outcomes.length) {
      this.#outcomes = [];
      this.#next = 0;
      if (this.#ending === 'fulfilled') return undefined;
      if (this.#ending !== undefined) throw this.#ending.error;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    return this.#outcomes[this.#next++];
  }
}
