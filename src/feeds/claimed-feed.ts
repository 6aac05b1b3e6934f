import { bytesPerElement, type DType, dtypeOf, isComplex, type TypedArray, viewOf } from '../arrays/dtype.ts';
import { isSharedArray, type SharedArray } from '../arrays/shared-array.ts';
import type { LaneWatch } from '../ledger/lane-watch.ts';
import { SETTLED } from '../ledger/layout.ts';
import type { Ledger, Span } from '../ledger/ledger.ts';
import type { LaneSource, OutcomesMessage, PlaceOrder } from '../protocol/messages.ts';
import type { Feed } from './feed.ts';
import { borrowBuffer, giveBackBuffer } from './packing-buffers.ts';

/** Inputs that lanes can read by themselves, given a place. */
export interface ClaimedInputs {
  readonly source: LaneSource;
  readonly nJobs: number;
  readonly inputOf: (place: number) => unknown;
  /** Memory of ours that the inputs were packed into. */
  readonly packed?: SharedArrayBuffer;
}

export function placesAsInputs(nJobs: number): ClaimedInputs {
  return { source: { type: 'places' }, nJobs, inputOf: (place) => place };
}

/** Typed arrays, shared arrays and plain arrays of nothing but numbers; undefined for everything else. */
export function claimedInputs(inputs: unknown): ClaimedInputs | undefined {
  if (isSharedArray(inputs)) return rowsAsInputs(inputs);
  const dtype = dtypeOf(inputs);
  if (dtype !== undefined) {
    const elements = inputs as TypedArray;
    return { ...elementsOf(elements), nJobs: elements.length, inputOf: (place) => elements[place] };
  }
  if (!isOfNumbers(inputs)) return undefined;
  return { ...pack('float64', inputs), nJobs: inputs.length, inputOf: (place) => inputs[place] };
}

/** A hole is no number. A loop takes a twentieth of the time of `every` (benchmarks/README.md). */
function isOfNumbers(inputs: unknown): inputs is readonly number[] {
  if (!Array.isArray(inputs)) return false;
  for (let i = 0; i < inputs.length; i++) if (typeof inputs[i] !== 'number') return false;
  return true;
}

function rowsAsInputs(array: SharedArray): ClaimedInputs {
  const { dtype, data, shape } = array;
  const nRows = shape[0] ?? 0;
  const where = { dtype, buffer: data.buffer as SharedArrayBuffer, byteOffset: data.byteOffset };
  // One complex number is a row of two.
  if (shape.length < 2 && !isComplex(dtype)) {
    return {
      source: { type: 'elements', ...where, length: nRows },
      nJobs: nRows,
      inputOf: (place) => data[place],
    };
  }
  const rowLength = nRows === 0 ? 0 : data.length / nRows;
  return {
    source: { type: 'rows', ...where, nRows, rowLength },
    nJobs: nRows,
    inputOf: (place) => data.subarray(place * rowLength, (place + 1) * rowLength),
  };
}

/** The elements in shared memory: where they are if they are there, else packed once. */
function elementsOf(elements: TypedArray): Pick<ClaimedInputs, 'source' | 'packed'> {
  const dtype = dtypeOf(elements)!;
  const { buffer, byteOffset, length } = elements;
  if (!(buffer instanceof SharedArrayBuffer)) return pack(dtype, elements as Float64Array);
  return { source: { type: 'elements', dtype, buffer, byteOffset, length } };
}

function pack(dtype: DType, elements: ArrayLike<number>): Pick<ClaimedInputs, 'source' | 'packed'> {
  const { length } = elements;
  const buffer = borrowBuffer(length * bytesPerElement(dtype));
  (viewOf(dtype, buffer, 0, length) as Float64Array).set(elements);
  return { source: { type: 'elements', dtype, buffer, byteOffset: 0, length }, packed: buffer };
}

/** Lanes claim spans of places from the ledger, and read inputs where they lie. */
export class ClaimedFeed implements Feed {
  readonly source: LaneSource;
  readonly total: number;
  readonly #inputOf: (place: number) => unknown;
  readonly #ledger: Ledger;
  /** Lanes that may hold places. */
  readonly #running = new Set<number>();
  readonly #attempts = new Map<number, number>();
  /** Spans that found no slot in the ledger. */
  #waiting: Span[] = [];
  #mayHaveLost = false;
  #packed: SharedArrayBuffer | undefined;

  /** With an order, places are turns: all but the inputs' own. */
  constructor(inputs: ClaimedInputs, ledger: Ledger, order?: PlaceOrder) {
    this.source = inputs.source;
    this.total = inputs.nJobs;
    this.#inputOf = order ? (turn) => inputs.inputOf(order[turn]!) : inputs.inputOf;
    this.#packed = inputs.packed;
    this.#ledger = ledger;
    ledger.raiseLimit(inputs.nJobs);
  }

  get wanted(): number {
    this.#refill();
    return this.#ledger.unclaimed + (this.#ledger.hasReturned ? 1 : 0);
  }

  inputOf(place: number): unknown {
    return this.#inputOf(place);
  }

  serve(lane: number): void {
    this.#running.add(lane);
    this.#refill();
  }

  answered(_lane: number, { runs, rejections }: OutcomesMessage): void {
    const { states } = this.#ledger;
    for (let i = 0; i < runs.length; i += 2) states.fill(SETTLED, runs[i]!, runs[i]! + runs[i + 1]!);
    for (const { place } of rejections) states[place] = SETTLED;
  }

  settled(place: number): void {
    this.#ledger.states[place] = SETTLED;
  }

  done(): void {}

  again(place: number, _input: unknown, attempt: number): void {
    this.#ledger.states[place] = 0;
    this.#attempts.set(place, attempt);
    this.#giveBack({ start: place, end: place + 1 });
    this.#refill();
  }

  get nBegun(): number {
    return Math.min(this.#ledger.claimed, this.total);
  }

  isSettled(place: number): boolean {
    return this.#ledger.states[place] === SETTLED;
  }

  closed(lane: number, watch: LaneWatch, hasDied: boolean): void {
    this.#running.delete(lane);
    if (hasDied) {
      this.#mayHaveLost = true;
      this.#giveBack(watch.unstarted);
      // Results that were on their way went with the thread; those written in place are SETTLED.
      this.#giveBackAll(lane + 1);
    }
    this.#refill();
    this.#findLost();
  }

  /** A thread can end in the moment between its claim and its note of it: once no lane holds a place, it shows. */
  #findLost(): void {
    if (!this.#mayHaveLost || this.#running.size > 0) return;
    if (this.#waiting.length > 0 || this.#ledger.hasReturned) return;
    this.#mayHaveLost = false;
    this.#giveBackAll(0);
    this.#refill();
  }

  hasPosted(): boolean {
    return false;
  }

  holdsMore(_lane: number, watch: LaneWatch): boolean {
    return watch.hasUnstarted;
  }

  /** Gives back every claimed place in this state. */
  #giveBackAll(state: number): void {
    const { states } = this.#ledger;
    const end = Math.min(this.#ledger.claimed, states.length);
    for (let start = states.indexOf(state); start >= 0 && start < end; start = states.indexOf(state, start)) {
      const first = start;
      while (start < end && states[start] === state) states[start++] = 0;
      this.#giveBack({ start: first, end: start });
    }
  }

  takeQueued(): boolean {
    return false;
  }

  takeRest(_lane: number, watch: LaneWatch): boolean {
    const rest = watch.takeRest();
    if (rest === undefined) return false;
    this.#giveBack(rest);
    this.#refill();
    return true;
  }

  allow(limit: number): void {
    this.#ledger.raiseLimit(Math.min(limit, this.total));
  }

  stop(): void {
    this.#waiting = [];
  }

  end(): void {
    if (this.#packed !== undefined) giveBackBuffer(this.#packed);
    this.#packed = undefined;
  }

  /** A span has one attempt, so places that are tried again come back one by one. */
  #giveBack({ start, end }: Span): void {
    for (let first = start; first < end; ) {
      const attempt = this.#attempts.get(first);
      let next = first + 1;
      if (attempt === undefined) while (next < end && !this.#attempts.has(next)) next++;
      this.#waiting.push({ start: first, end: next, ...(attempt !== undefined && { attempt }) });
      first = next;
    }
  }

  #refill(): void {
    while (this.#waiting.length > 0 && this.#ledger.giveBack(this.#waiting[0]!)) this.#waiting.shift();
  }
}
