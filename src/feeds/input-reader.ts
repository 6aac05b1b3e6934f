import { JobRunnerError } from '../errors.ts';
import { asRead } from './as-read.ts';

/** What reading gave: an input, nothing yet, or the end. */
export type Read =
  | {
      readonly type: 'input';
      readonly input: unknown;
      /** What it was when it was read, in a list, if the iterator has been let on since and may have changed it. */
      readonly asRead?: readonly [unknown] | undefined;
    }
  | { readonly type: 'pending' }
  | { readonly type: 'end' };

const PENDING: Read = { type: 'pending' };
const END: Read = { type: 'end' };

/**
 * Reads inputs one at a time, no earlier than they are asked for, or than `readAhead` allows. What an iterator throws comes out of `read` as
 * `INPUTS_FAILED`; an iterator that is left early is told so.
 */
export class InputReader {
  readonly #iterator: Iterator<unknown> | AsyncIterator<unknown>;
  readonly #isAsync: boolean;
  readonly #onArrival: () => void;
  readonly #ahead: Read[] = [];
  /** How many inputs to have ready before they are asked for, where waiting for them takes turns of the event loop. */
  readAhead = 0;
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
    const read = this.#ahead.shift();
    if (read !== undefined) {
      if (this.#ahead.length < this.readAhead && !this.#isOver) this.#readAsync();
      return read;
    }
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#isOver) return END;
    return this.#isAsync ? this.#readAsync() : this.#readSync();
  }

  /** Inputs that can be read at once. */
  get nReady(): number {
    return this.#isAsync ? this.#ahead.length : Number.POSITIVE_INFINITY;
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
      this.#keepLast();
      const arrived = (read: () => Read) => {
        this.#isReading = false;
        if (this.#isOver) return;
        try {
          this.#ahead.push(read());
        } catch (cause) {
          this.#fail(cause);
        }
        this.#onArrival();
        if (this.#ahead.length < this.readAhead && !this.#isOver) this.#readAsync();
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

  /** The iterator is let on while an input of its waits. */
  #keepLast(): void {
    const last = this.#ahead.at(-1);
    if (last?.type === 'input') this.#ahead.splice(-1, 1, { ...last, asRead: asRead(last.input) });
  }

  /** An iterator that has failed is over, and need not be told so. */
  #fail(cause: unknown): JobRunnerError {
    this.#isOver = true;
    this.#failure = inputsFailed(cause);
    return this.#failure;
  }

  #taken(next: IteratorResult<unknown>): Read {
    if (!isOver(next)) return { type: 'input', input: next.value };
    this.#isOver = true;
    return END;
  }

  /** No more will be read. Lets the iterator clean up after itself. */
  stop(): void {
    this.#ahead.length = 0;
    if (this.#isOver) return;
    this.#isOver = true;
    leave(this.#iterator);
  }
}

/** Whether an iterator has come to its end. */
export function isOver(next: IteratorResult<unknown>): next is IteratorReturnResult<unknown> {
  if (Object(next) !== next) throw new TypeError(`an iterator gave ${String(next)}, not { done, value }`);
  return next.done === true;
}

/** Tells an iterator that no more will be asked for. What it throws then is nobody's business. */
export function leave(iterator: Iterator<unknown> | AsyncIterator<unknown>): void {
  try {
    const returned: unknown = iterator.return?.();
    if (returned instanceof Promise) returned.catch(() => {});
  } catch {}
}

/** The error of inputs that cannot be read on. */
export function inputsFailed(cause: unknown): JobRunnerError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new JobRunnerError('INPUTS_FAILED', `reading the inputs failed: ${message}`, { cause });
}
