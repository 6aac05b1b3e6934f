import { asRead } from './as-read.ts';
import { inputsFailed, isOver, leave } from './input-reader.ts';

const { setImmediate } = globalThis;

/** So many inputs are read between two turns of the event loop: what ends the run has to come in. */
const INPUTS_A_TURN = 4096;

/** Inputs that have been read to their end. */
export interface InputsRead {
  readonly inputs: readonly unknown[];
  /** By place: what inputs were when they were read, where they may have been changed since. */
  readonly asRead: Map<number, unknown>;
}

/**
 * Reads all inputs before a run of them starts: results in place need to know how many there will be, and an order
 * needs all of them. `mayChange` says whether the iterator may give the same object again, changed.
 *
 * Rejects with `INPUTS_FAILED` for what the inputs throw, and with the reason of `signal`; then the iterator is told
 * that no more will be asked for.
 */
export async function readAhead(
  inputs: Iterable<unknown> | AsyncIterable<unknown>,
  mayChange: boolean,
  signal: AbortSignal,
): Promise<InputsRead> {
  signal.throwIfAborted();
  const read: unknown[] = [];
  const kept = new Map<number, unknown>();
  let iterator: Iterator<unknown> | AsyncIterator<unknown> | undefined;
  try {
    const isAsync = Symbol.asyncIterator in inputs;
    iterator = isAsync ? inputs[Symbol.asyncIterator]() : inputs[Symbol.iterator]();
    while (!signal.aborted) {
      const promised = iterator.next();
      const next = isAsync ? await unlessAborted(promised, signal) : (promised as IteratorResult<unknown>);
      if (next === undefined) break;
      if (isOver(next)) return { inputs: read, asRead: kept };
      const copy = mayChange ? asRead(next.value) : undefined;
      if (copy !== undefined) kept.set(read.length, copy[0]);
      read.push(next.value);
      if (read.length % INPUTS_A_TURN === 0) await new Promise(setImmediate);
    }
  } catch (cause) {
    throw inputsFailed(cause);
  }
  leave(iterator);
  throw signal.reason;
}

/** Resolves to nothing if the signal is aborted before. */
function unlessAborted<T>(promised: T | PromiseLike<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const abort = () => resolve(undefined);
    // Asking for the input may have brought that about.
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    const settle = (then: () => void) => {
      signal.removeEventListener('abort', abort);
      then();
    };
    Promise.resolve(promised).then(
      (value) => settle(() => resolve(value)),
      (error) => settle(() => reject(error)),
    );
  });
}
