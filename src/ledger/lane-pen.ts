import {
  BATCHES,
  COUNTED_TO,
  CURRENT,
  NO_SPAN,
  ORDER,
  ORDER_GO,
  ORDER_PAUSE,
  ORDER_TAKEN,
  PHASE,
  PHASE_BEGUN,
  PHASE_WAITING,
  phaseOf,
  SEQUENCE,
  SPAN_END,
  TAKEN_FROM,
  WRITTEN,
} from './layout.ts';
import type { Ledger } from './ledger.ts';

/** The lane's own pen: the only writer of its line, but for the order. */
export class LanePen {
  readonly #words: Int32Array;

  constructor(ledger: Ledger, lane: number) {
    this.#words = ledger.lane(lane);
  }

  /** False when main has called the lane off meanwhile. */
  begin(sitting: number): boolean {
    const waiting = phaseOf(sitting, PHASE_WAITING);
    return Atomics.compareExchange(this.#words, PHASE, waiting, phaseOf(sitting, PHASE_BEGUN)) === waiting;
  }

  /** Before the first job of a batch of posted inputs; false if it is somebody else's by now. */
  beginBatch(nth: number): boolean {
    return Atomics.compareExchange(this.#words, BATCHES, nth, nth + 1) === nth;
  }

  beginSpan(end: number): void {
    const words = this.#words;
    words[SEQUENCE] = (words[SEQUENCE]! + 1) | 0;
    words[SPAN_END] = end;
  }

  /** Before every job. The current place is stored before the order is read: see README.md. */
  beginJob(place: number): boolean {
    const words = this.#words;
    words[CURRENT] = place;
    return words[ORDER] === ORDER_GO || this.#mayStill(place);
  }

  /** There is an order. Apart, so that the common case stays small enough to be inlined. */
  #mayStill(place: number): boolean {
    const words = this.#words;
    if (Atomics.load(words, ORDER) === ORDER_TAKEN && place < this.#takenFrom) return true;
    words[CURRENT] = ~place;
    return false;
  }

  /** Between jobs. Says which place would be next, if its span has one: the thread may end here. */
  endJob(): void {
    const words = this.#words;
    const next = words[CURRENT]! + 1;
    // It may have been said already, by a job that did not begin.
    if (next > 0) words[CURRENT] = next < words[SPAN_END]! ? ~next : NO_SPAN;
  }

  /** So many more results have been written in place, all below `to`. Not once a job: that would cost as much as one. */
  countWritten(n: number, to: number): void {
    const words = this.#words;
    // Side by side: a thread is not ended between two stores.
    words[WRITTEN]! += n;
    words[COUNTED_TO] = to;
  }

  /** Reads main's order and acknowledges it. */
  obey(): number {
    const words = this.#words;
    const order = Atomics.compareExchange(words, ORDER, ORDER_PAUSE, ORDER_GO);
    if (order !== ORDER_TAKEN) return order;
    // Main took the rest while this lane was between two jobs, and left it the one that is next.
    if (~words[CURRENT]! < this.#takenFrom) return ORDER_PAUSE;
    // The rest is gone before the order is acknowledged: should the thread die here, main must not give it again.
    words[SPAN_END] = 0;
    Atomics.compareExchange(words, ORDER, ORDER_TAKEN, ORDER_GO);
    return order;
  }

  get #takenFrom(): number {
    return Atomics.load(this.#words, TAKEN_FROM);
  }
}
