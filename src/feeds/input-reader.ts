import { JobRunnerError } from '../errors.ts';

/** What reading gave: an input, nothing yet, or the end. */
export type Read =
  | { readonly type: 'input'; readonly input: unknown }
  | { readonly type: 'pending' }
  | { readonly type: 'end' };

const PENDING: Read = { type: 'pending' };
const END: Read = { type: 'end' };

/**
 * Reads inputs one at a time, no earlier than they are asked for. What an iterator throws comes out of `read` as
 * `INPUTS_FAILED`; an iterator that is left early is told so.
 */
export class InputReader {
  readonly #iterator: Iterator<unknown> | AsyncIterator<unknown>;
  readonly #isAsync: boolean;
  readonly #onArrival: () => void;
  #arrived: Read | undefined;
  #isReading = false;
  #isOver = false;
  #failure: JobRunnerError | undefined;

  /** `onArrival` is called when `read` has said `pending` and need not say so any more. */
  constructor(inputs: Iterable<unknown> | AsyncIterable<unknown>, onArrival: () => void) {
    this.#onArrival = onArrival;
    this.#isAsync = Symbol.asyncIterator in inputs;
    try {
      this.#iterator = this.#isAsync
        ? (inputs as AsyncIterable<unknown>)[Symbol.asyncIterator]()
        : (inputs as Iterable<unknown>)[Symbol.iterator]();
    } catch (cause) {
      throw inputsFailed(cause);
    }
  }

  read(): Read {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#arrived !== undefined) {
      const arrived = this.#arrived;
      this.#arrived = undefined;
      return arrived;
    }
    if (this.#isOver) return END;
    return this.#isAsync ? this.#readAsync() : this.#readSync();
  }

  #readSync(): Read {
    try {
      return this.#taken((this.#iterator as Iterator<unknown>).next());
    } catch (cause) {
      throw this.#fail(cause);
    }
  }

  #readAsync(): Read {
    if (!this.#isReading) {
      this.#isReading = true;
      const arrived = (read: () => Read) => {
        this.#isReading = false;
        if (this.#isOver) return;
        try {
          this.#arrived = read();
        } catch (cause) {
          this.#fail(cause);
        }
        this.#onArrival();
      };
      // The call itself may throw, or return something that is no promise.
      Promise.resolve()
        .then(() => (this.#iterator as AsyncIterator<unknown>).next())
        .then(
          (next) => arrived(() => this.#taken(next)),
          (cause) =>
            arrived(() => {
              throw cause;
            }),
        );
    }
    return PENDING;
  }

  /** An iterator that has failed is over, and need not be told so. */
  #fail(cause: unknown): JobRunnerError {
    this.#isOver = true;
    this.#failure = inputsFailed(cause);
    return this.#failure;
  }

  #taken(next: IteratorResult<unknown>): Read {
    if (Object(next) !== next) throw new TypeError(`an iterator gave ${String(next)}, not { done, value }`);
    if (next.done !== true) return { type: 'input', input: next.value };
    this.#isOver = true;
    return END;
  }

  /** No more will be read. Lets the iterator clean up after itself; what it throws then is nobody's business. */
  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    try {
      const returned: unknown = this.#iterator.return?.();
      if (returned instanceof Promise) returned.catch(() => {});
    } catch {}
  }
}

/** The error of inputs that cannot be read on. */
export function inputsFailed(cause: unknown): JobRunnerError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new JobRunnerError('INPUTS_FAILED', `reading the inputs failed: ${message}`, { cause });
}
