import {
  COUNTED_TO,
  COUNTER,
  CURRENT,
  FIRST_LANE,
  LIMIT,
  LINE_WORDS,
  NO_PLACE,
  ORDER,
  ORDER_STOP,
  RETURNED,
  RETURNED_COUNT,
  RETURNED_SLOTS,
  SLOT_BUSY,
  SLOT_EMPTY,
  SLOT_FULL,
  SLOT_WORDS,
  STOPPED,
  WRITTEN,
} from './layout.ts';

/** Places from `start` up to, not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
  /** Which try at these places this is, if it is not the first. */
  readonly attempt?: number;
}

/** What crosses to a thread. */
export interface LedgerHandle {
  readonly buffer: SharedArrayBuffer;
  readonly nLanes: number;
  readonly nStates: number;
}

/**
 * The run's shared control block: where lanes take turns, and where everybody can see how far each of them is.
 * The rules that keep it right without locks stand in README.md beside this file.
 */
export class Ledger {
  readonly handle: LedgerHandle;
  readonly #words: Int32Array;
  /** One byte a place in claimed feeds: 0, 1 + the lane that has finished it, or SETTLED. */
  readonly states: Uint8Array;

  constructor(handle: LedgerHandle) {
    this.handle = handle;
    const nWords = FIRST_LANE + handle.nLanes * LINE_WORDS;
    this.#words = new Int32Array(handle.buffer, 0, nWords);
    this.states = new Uint8Array(handle.buffer, nWords * 4, handle.nStates);
  }

  /** A ledger for `nLanes` lanes, with state bytes for `nStates` places (0 in posted feeds). */
  static create(nLanes: number, nStates: number): Ledger {
    const nBytes = (FIRST_LANE + nLanes * LINE_WORDS) * 4 + nStates;
    const ledger = new Ledger({ buffer: new SharedArrayBuffer(nBytes), nLanes, nStates });
    for (let lane = 0; lane < nLanes; lane++) {
      ledger.#words[lineOf(lane) + CURRENT] = NO_PLACE;
      ledger.#words[lineOf(lane) + COUNTED_TO] = NO_PLACE;
    }
    return ledger;
  }

  /** The lane's own line of words. */
  lane(lane: number): Int32Array {
    return this.#words.subarray(lineOf(lane), lineOf(lane) + LINE_WORDS);
  }

  // Claiming, by lanes.

  /**
   * Takes a returned span, or else the next `size` turns below the limit. The counter moves by compare and
   * exchange, not by addition: a claim that overshot a limit would lose places when the limit is raised.
   */
  claim(size: number): Span | undefined {
    if (this.stopped) return undefined;
    if (Atomics.load(this.#words, RETURNED_COUNT) > 0) {
      const span = this.#takeReturned();
      if (span !== undefined) return span;
    }
    for (;;) {
      const start = Atomics.load(this.#words, COUNTER);
      const end = Math.min(start + size, Atomics.load(this.#words, LIMIT));
      if (start >= end) return undefined;
      if (Atomics.compareExchange(this.#words, COUNTER, start, end) === start) return { start, end };
    }
  }

  #takeReturned(): Span | undefined {
    for (let slot = 0; slot < RETURNED_SLOTS; slot++) {
      const at = RETURNED + slot * SLOT_WORDS;
      if (Atomics.compareExchange(this.#words, at, SLOT_FULL, SLOT_BUSY) !== SLOT_FULL) continue;
      const [start, end, attempt] = this.#words.subarray(at + 1, at + SLOT_WORDS) as unknown as [
        number,
        number,
        number,
      ];
      Atomics.store(this.#words, at, SLOT_EMPTY);
      Atomics.sub(this.#words, RETURNED_COUNT, 1);
      return attempt > 1 ? { start, end, attempt } : { start, end };
    }
    return undefined;
  }

  /** Turns nobody has claimed yet. */
  get unclaimed(): number {
    return Math.max(0, Atomics.load(this.#words, LIMIT) - Atomics.load(this.#words, COUNTER));
  }

  /** Turns handed out so far; every place below it has been claimed, or returned. */
  get claimed(): number {
    return Atomics.load(this.#words, COUNTER);
  }

  get hasReturned(): boolean {
    return Atomics.load(this.#words, RETURNED_COUNT) > 0;
  }

  get stopped(): boolean {
    return Atomics.load(this.#words, STOPPED) !== 0;
  }

  // Steering, by main alone.

  /** Puts a span back for any lane to take. False when all slots are full: keep it and try again later. */
  giveBack(span: Span): boolean {
    for (let slot = 0; slot < RETURNED_SLOTS; slot++) {
      const at = RETURNED + slot * SLOT_WORDS;
      if (Atomics.load(this.#words, at) !== SLOT_EMPTY) continue;
      this.#words[at + 1] = span.start;
      this.#words[at + 2] = span.end;
      this.#words[at + 3] = span.attempt ?? 1;
      // Counted first: a lane that takes it at once must not bring the count below zero.
      Atomics.add(this.#words, RETURNED_COUNT, 1);
      Atomics.store(this.#words, at, SLOT_FULL);
      return true;
    }
    return false;
  }

  /** Lets lanes claim up to `limit` turns. */
  raiseLimit(limit: number): void {
    Atomics.store(this.#words, LIMIT, limit);
  }

  /** No lane starts another job. */
  stop(): void {
    Atomics.store(this.#words, STOPPED, 1);
    for (let lane = 0; lane < this.handle.nLanes; lane++)
      Atomics.store(this.#words, lineOf(lane) + ORDER, ORDER_STOP);
  }

  /** Results written in place by all lanes together. */
  get written(): number {
    let sum = 0;
    for (let lane = 0; lane < this.handle.nLanes; lane++)
      sum += Atomics.load(this.#words, lineOf(lane) + WRITTEN);
    return sum;
  }
}

function lineOf(lane: number): number {
  return FIRST_LANE + lane * LINE_WORDS;
}
