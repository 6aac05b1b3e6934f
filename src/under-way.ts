import { onAbort } from './run/on-abort.ts';

const { setImmediate } = globalThis;

/** Something that goes on, and can be told to end. */
export interface Stoppable {
  stop(error: unknown): void;
}

/** What a runner has begun and not ended: who closes it waits for that, or stops it. */
export class UnderWay {
  readonly #all = new Map<Stoppable, Promise<unknown>>();

  add(one: Stoppable, settled: Promise<unknown>): void {
    this.#all.set(one, settled);
    const forget = () => this.#all.delete(one);
    settled.then(forget, forget);
  }

  /** Something that is no run, and ends with the given signal, or when everything is stopped. */
  async until<T>(signal: AbortSignal | undefined, begin: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const abort = () => controller.abort(signal?.reason);
    const leaveSignal = signal && onAbort(signal, abort);
    if (signal?.aborted) abort();
    const settled = begin(controller.signal);
    // A turn longer: a run that follows is under way by then.
    const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
    this.add({ stop: (error) => controller.abort(error) }, settled.then(turn, turn));
    try {
      return await settled;
    } finally {
      leaveSignal?.();
    }
  }

  /** Each with an error of its own: that is where its results go. */
  stop(error: () => unknown): void {
    for (const one of this.#all.keys()) one.stop(error());
  }

  async ended(): Promise<void> {
    while (this.#all.size > 0) await Promise.allSettled(this.#all.values());
  }
}
