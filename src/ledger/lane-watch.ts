import {
  BATCHES,
  COUNTED_TO,
  CURRENT,
  NO_PLACE,
  ORDER,
  ORDER_GO,
  ORDER_PAUSE,
  ORDER_TAKEN,
  PHASE,
  PHASE_ABANDONED,
  PHASE_BEGUN,
  PHASE_WAITING,
  phaseOf,
  SEQUENCE,
  SETTLED,
  SPAN_END,
  TAKEN_FROM,
  WRITTEN,
} from './layout.ts';
import type { Ledger, Span } from './ledger.ts';

/** Main's view of one lane. */
export class LaneWatch {
  readonly #words: Int32Array;
  #sequence = -1;
  #seen = NO_PLACE;
  #sitting = 0;

  constructor(ledger: Ledger, lane: number) {
    this.#words = ledger.lane(lane);
  }

  /**
   * Readies the seat for its next lane, and returns that lane's number in it: one that was called off may still be
   * on its way to a thread, and must not take itself for its successor. The written count stays: totals are sums.
   */
  seatNext(): number {
    this.#sequence = -1;
    this.#words[CURRENT] = NO_PLACE;
    this.#words[SPAN_END] = 0;
    Atomics.store(this.#words, BATCHES, 0);
    Atomics.compareExchange(this.#words, ORDER, ORDER_TAKEN, ORDER_GO);
    Atomics.compareExchange(this.#words, ORDER, ORDER_PAUSE, ORDER_GO);
    this.#sitting++;
    Atomics.store(this.#words, PHASE, phaseOf(this.#sitting, PHASE_WAITING));
    return this.#sitting;
  }

  /** Calls a lane off that has not begun. False when it has: then it must be waited for. */
  abandon(): boolean {
    const waiting = phaseOf(this.#sitting, PHASE_WAITING);
    const abandoned = phaseOf(this.#sitting, PHASE_ABANDONED);
    return (
      Atomics.compareExchange(this.#words, PHASE, waiting, abandoned) !== phaseOf(this.#sitting, PHASE_BEGUN)
    );
  }

  /** Whether the lane has its worker, and has come to its jobs. */
  get hasBegun(): boolean {
    return Atomics.load(this.#words, PHASE) === phaseOf(this.#sitting, PHASE_BEGUN);
  }

  /** The place whose job is running, or {@link NO_PLACE}. */
  get current(): number {
    const current = Atomics.load(this.#words, CURRENT);
    return current < 0 || current >= this.#takenFrom ? NO_PLACE : current;
  }

  /** What the lane has claimed and not started. Exact only once the lane is over. */
  get unstarted(): Span {
    const current = Atomics.load(this.#words, CURRENT);
    return { start: current < 0 ? ~current : current + 1, end: Math.min(this.#spanEnd, this.#takenFrom) };
  }

  get hasUnstarted(): boolean {
    const { start, end } = this.unstarted;
    return start < end;
  }

  get #spanEnd(): number {
    return Atomics.load(this.#words, SPAN_END);
  }

  /** What main has taken, and the lane has not noticed yet, is somebody else's. */
  get #takenFrom(): number {
    return this.#order === ORDER_TAKEN ? Atomics.load(this.#words, TAKEN_FROM) : Number.POSITIVE_INFINITY;
  }

  get #order(): number {
    return Atomics.load(this.#words, ORDER);
  }

  /** Whether the same job has been running since this was asked last. */
  isStuck(): boolean {
    // A place runs once in a span.
    const sequence = Atomics.load(this.#words, SEQUENCE);
    const { current } = this;
    const same = sequence === this.#sequence && current === this.#seen && current !== NO_PLACE;
    this.#sequence = sequence;
    this.#seen = current;
    return same;
  }

  /** The lane has ended in the middle of a span: counts what it wrote in place and did not come to count. */
  countLost(states: Uint8Array): void {
    const words = this.#words;
    const from = words[COUNTED_TO]!;
    if (from === NO_PLACE) return;
    const current = words[CURRENT]!;
    const to = current < 0 ? Math.min(~current, words[SPAN_END]!) : current + 1;
    for (let place = from; place < to; place++) if (states[place] === SETTLED) words[WRITTEN]! += 1;
    words[COUNTED_TO] = NO_PLACE;
  }

  /**
   * Asks the lane to end its span when its job is done; first half of {@link takeRest}. False if it has been asked
   * before, and has not come to it.
   */
  askToPause(): boolean {
    return Atomics.compareExchange(this.#words, ORDER, ORDER_GO, ORDER_PAUSE) === ORDER_GO;
  }

  /** Whether the lane has been asked to pause and has not come to it. */
  get isAsked(): boolean {
    return this.#order === ORDER_PAUSE;
  }

  /** Takes a batch of posted inputs that the lane has not begun. */
  takeBatch(nth: number): boolean {
    return Atomics.compareExchange(this.#words, BATCHES, nth, nth + 1) === nth;
  }

  /**
   * Takes what a lane has not started, if it has met no border between jobs since it was asked to pause, and that
   * was long enough ago for its plain stores to have arrived (README.md: why this cannot lose or double a place).
   */
  takeRest(): Span | undefined {
    const end = this.#spanEnd;
    const start = Atomics.load(this.#words, CURRENT) + 1;
    // Read again: a lane that goes from one span to another in this moment must not mix them up.
    if (start <= 0 || start >= end || end !== this.#spanEnd || this.#order !== ORDER_PAUSE) return undefined;
    Atomics.store(this.#words, TAKEN_FROM, start);
    if (Atomics.compareExchange(this.#words, ORDER, ORDER_PAUSE, ORDER_TAKEN) !== ORDER_PAUSE)
      return undefined;
    return { start, end };
  }
}
