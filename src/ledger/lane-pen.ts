import {
  CURRENT,
  NO_PLACE,
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

  beginSpan(end: number): void {
    this.#words[SPAN_END] = end;
  }

  /** Before every job. The current place is stored before the order is read: see README.md. */
  beginJob(place: number): boolean {
    const words = this.#words;
    words[CURRENT] = place;
    words[SEQUENCE] = (words[SEQUENCE]! + 1) | 0;
    return words[ORDER] === ORDER_GO;
  }

  /** The job of this place was not started after all, or is over and nothing follows. */
  endJob(): void {
    this.#words[CURRENT] = NO_PLACE;
  }

  /** One more result has been written in place. */
  countWritten(): void {
    this.#words[WRITTEN]! += 1;
  }

  /** Reads main's order and acknowledges it. */
  obey(): number {
    const words = this.#words;
    const order = Atomics.compareExchange(words, ORDER, ORDER_PAUSE, ORDER_GO);
    if (order === ORDER_TAKEN) {
      // The rest is gone before the order is acknowledged: should the thread die here, main must not give it again.
      words[SPAN_END] = 0;
      Atomics.compareExchange(words, ORDER, ORDER_TAKEN, ORDER_GO);
    }
    return order;
  }
}
