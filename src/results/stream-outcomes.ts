import type { Outcome } from '../inference.ts';
import type { Collector, OutcomeGroup } from './outcome-group.ts';

type AnyOutcome = Outcome<unknown, unknown>;

/** Outcomes that have come in and not been asked for, as they came or in the order of their places. */
export class OutcomeQueue implements Collector {
  readonly #isOrdered: boolean;
  /** By place if ordered, else by the order of coming. */
  readonly #waiting = new Map<number, AnyOutcome>();
  #nCome = 0;
  #nGone = 0;
  #nBytes = 0;
  #ending: { readonly error: unknown } | 'fulfilled' | undefined;
  #wake: (() => void) | undefined;

  constructor(isOrdered = false) {
    this.#isOrdered = isOrdered;
  }

  /** Bytes of the typed arrays that wait. */
  get nBytes(): number {
    return this.#nBytes;
  }

  take({ runs, outputs, rejections }: OutcomeGroup, inputOf: (place: number) => unknown): void {
    let n = 0;
    for (let i = 0; i < runs.length; i += 2) {
      const end = runs[i]! + runs[i + 1]!;
      for (let place = runs[i]!; place < end; place++) {
        this.#push({ status: 'fulfilled', place, input: inputOf(place), output: outputs[n++] });
      }
    }
    for (const error of rejections) {
      this.#push({ status: 'rejected', place: error.place, input: error.input, error });
    }
    this.#wake?.();
  }

  #push(outcome: AnyOutcome): void {
    this.#waiting.set(this.#isOrdered ? outcome.place : this.#nCome, outcome);
    this.#nCome++;
    if (outcome.status === 'fulfilled') this.#nBytes += bytesIn(outcome.output);
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
  async next(): Promise<AnyOutcome | undefined> {
    for (;;) {
      const outcome = this.#waiting.get(this.#nGone);
      if (outcome !== undefined) {
        this.#waiting.delete(this.#nGone++);
        if (outcome.status === 'fulfilled') this.#nBytes -= bytesIn(outcome.output);
        return outcome;
      }
      if (this.#ending === 'fulfilled') return undefined;
      if (this.#ending !== undefined) throw this.#ending.error;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }
}

/**
 * A generator that waits for its next outcome does not hear that its reader has gone: it stands in a queue behind that.
 * So leaving is told to `leaving` as well.
 */
export function leavable<T>(
  stream: AsyncGenerator<T, void, undefined>,
  leaving: AbortController,
): AsyncGenerator<T, void, undefined> {
  const { return: end, throw: fail } = stream;
  return Object.assign(stream, {
    return: (value: void | PromiseLike<void>) => {
      leaving.abort();
      return end.call(stream, value);
    },
    throw: (error: unknown) => {
      leaving.abort();
      return fail.call(stream, error);
    },
  });
}

/** Typed arrays weigh; of objects and arrays, those one level down. */
function bytesIn(output: unknown): number {
  if (ArrayBuffer.isView(output)) return output.byteLength;
  if (typeof output !== 'object' || output === null) return 0;
  let sum = 0;
  for (const field of Array.isArray(output) ? output : Object.values(output)) {
    if (ArrayBuffer.isView(field)) sum += field.byteLength;
  }
  return sum;
}
