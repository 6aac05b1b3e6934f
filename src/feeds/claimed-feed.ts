import { bytesPerElement, dtypeOf, type TypedArray, viewOf } from '../arrays/dtype.ts';
import { isSharedArray, type SharedArray } from '../arrays/shared-array.ts';
import type { LaneWatch } from '../ledger/lane-watch.ts';
import { SETTLED } from '../ledger/layout.ts';
import type { Ledger, Span } from '../ledger/ledger.ts';
import type { LaneSource, OutcomesMessage } from '../protocol/messages.ts';
import type { Feed } from './feed.ts';

/** Inputs that lanes can read by themselves, given a place. */
export interface ClaimedInputs {
  readonly source: LaneSource;
  readonly nJobs: number;
  readonly inputOf: (place: number) => unknown;
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
    return { source: elementsOf(elements), nJobs: elements.length, inputOf: (place) => elements[place] };
  }
  if (Array.isArray(inputs) && inputs.every((input) => typeof input === 'number') && !hasHoles(inputs)) {
    const numbers = inputs as readonly number[];
    return {
      source: elementsOf(Float64Array.from(numbers)),
      nJobs: numbers.length,
      inputOf: (place) => numbers[place],
    };
  }
  return undefined;
}

// `every` passes over holes; the length of what it saw does not.
function hasHoles(array: readonly unknown[]): boolean {
  for (let i = 0; i < array.length; i++) if (array[i] === undefined) return true;
  return false;
}

function rowsAsInputs(array: SharedArray): ClaimedInputs {
  const { dtype, data, shape } = array;
  const nRows = shape[0] ?? 0;
  const where = { dtype, buffer: data.buffer as SharedArrayBuffer, byteOffset: data.byteOffset };
  if (shape.length < 2) {
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
function elementsOf(elements: TypedArray): LaneSource {
  const dtype = dtypeOf(elements)!;
  const { length } = elements;
  if (elements.buffer instanceof SharedArrayBuffer) {
    return { type: 'elements', dtype, buffer: elements.buffer, byteOffset: elements.byteOffset, length };
  }
  const buffer = new SharedArrayBuffer(length * bytesPerElement(dtype));
  (viewOf(dtype, buffer) as Float64Array).set(elements as Float64Array);
  return { type: 'elements', dtype, buffer, byteOffset: 0, length };
}

/** Lanes claim spans of places from the ledger, and read inputs where they lie. */
export class ClaimedFeed implements Feed {
  readonly source: LaneSource;
  readonly total: number;
  readonly #inputOf: (place: number) => unknown;
  readonly #ledger: Ledger;
  readonly #isInPlace: boolean;
  /** Spans that found no slot in the ledger. */
  #waiting: Span[] = [];

  constructor(inputs: ClaimedInputs, ledger: Ledger, isInPlace: boolean) {
    this.source = inputs.source;
    this.total = inputs.nJobs;
    this.#inputOf = inputs.inputOf;
    this.#ledger = ledger;
    this.#isInPlace = isInPlace;
    ledger.raiseLimit(inputs.nJobs);
  }

  get wanted(): number {
    this.#refill();
    return this.#ledger.unclaimed + (this.#ledger.hasReturned ? 1 : 0);
  }

  inputOf(place: number): unknown {
    return this.#inputOf(place);
  }

  serve(): void {
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

  closed(lane: number, watch: LaneWatch, hasDied: boolean): void {
    if (hasDied) {
      this.#giveBack(watch.unstarted);
      // Results written in place are there; those that were on their way went with the thread.
      if (!this.#isInPlace) for (const span of this.#lost(lane)) this.#giveBack(span);
    }
    this.#refill();
  }

  hasPosted(): boolean {
    return false;
  }

  *#lost(lane: number): Iterable<Span> {
    const { states } = this.#ledger;
    const end = Math.min(this.#ledger.claimed, states.length);
    for (
      let start = states.indexOf(lane + 1);
      start >= 0 && start < end;
      start = states.indexOf(lane + 1, start)
    ) {
      let stop = start;
      while (stop < end && states[stop] === lane + 1) states[stop++] = 0;
      yield { start, end: stop };
    }
  }

  relieve(_lane: number, watch: LaneWatch): boolean {
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

  #giveBack(span: Span): void {
    if (span.start < span.end) this.#waiting.push(span);
  }

  #refill(): void {
    while (this.#waiting.length > 0 && this.#ledger.giveBack(this.#waiting[0]!)) this.#waiting.shift();
  }
}
