import {
  bytesPerElement,
  type DType,
  isComplex,
  numbersPerElement,
  type TypedArray,
  viewOf,
} from '../arrays/dtype.ts';
import { fits } from '../arrays/fit.ts';
import { isSharedArray, SharedArray } from '../arrays/shared-array.ts';
import { allocateShared } from '../arrays/shared-memory.ts';
import type { JobError } from '../errors.ts';
import type { OutputPlan } from '../protocol/messages.ts';
import type { Collector, OutcomeGroup } from './outcome-group.ts';

/** Puts each outcome in the slot of its place. */
export interface ResultsCollector extends Collector {
  /** Where lanes write results by themselves, if they do. */
  readonly output: OutputPlan | undefined;
  /** Everything that `runJobs` resolves to, in input order, once the run is over. */
  readonly results: unknown;
  /** Failures sorted by place. */
  readonly exceptions: JobError[];
}

/** An array with a slot for each place; failed places hold `errorValue`, those without an outcome `undefined`. */
export class SlotCollector implements ResultsCollector {
  readonly output = undefined;
  readonly #slots: unknown[];
  #nTaken = 0;
  readonly #exceptions: JobError[] = [];
  readonly #errorValue: unknown;

  constructor(errorValue: unknown, total: number | undefined) {
    this.#errorValue = errorValue;
    this.#slots = emptySlots(total ?? 0);
  }

  take({ runs, outputs, rejections }: OutcomeGroup): void {
    const slots = this.#slots;
    let n = 0;
    for (let i = 0; i < runs.length; i += 2) {
      const end = runs[i]! + runs[i + 1]!;
      this.#makeRoom(end);
      for (let place = runs[i]!; place < end; place++) slots[place] = outputs[n++];
    }
    for (const error of rejections) {
      this.#makeRoom(error.place + 1);
      slots[error.place] = this.#errorValue;
      this.#exceptions.push(error);
    }
    this.#nTaken += n + rejections.length;
  }

  #makeRoom(length: number): void {
    while (this.#slots.length < length) this.#slots.push(undefined);
  }

  get results(): unknown[] {
    const slots = this.#slots;
    if (this.#nTaken < slots.length) {
      for (let place = 0; place < slots.length; place++) if (!(place in slots)) slots[place] = undefined;
    }
    return slots;
  }

  get exceptions(): JobError[] {
    return this.#exceptions.sort(byPlace);
  }
}

/** V8 makes a dictionary of an array that is asked for with more slots than this. */
const MOST_AT_ONCE = 2 ** 25;

/**
 * Slots that are filled in any order: an array that grows by holes would turn into a dictionary. They are empty, so
 * that numbers stay plain doubles (benchmarks/README.md).
 */
function emptySlots(length: number): unknown[] {
  const empty = new Array<unknown>(Math.min(length, MOST_AT_ONCE));
  while (empty.length < length) empty.push(undefined);
  return empty;
}

/** A typed array in shared memory that lanes write; only failures come through here. */
export class InPlaceCollector implements ResultsCollector {
  readonly output: OutputPlan;
  readonly results: unknown;
  readonly #data: TypedArray<SharedArrayBuffer>;
  readonly #exceptions: JobError[] = [];
  readonly #errorValue: unknown;

  /** Without a shape each result is one number, and the results are a typed array. */
  constructor({ dtype, shape, array }: Output, nJobs: number, errorValue: unknown) {
    const rowSize = shape === undefined ? 1 : shape.slice(1).reduce((product, length) => product * length, 1);
    const results = array ?? allocated(dtype, shape, nJobs * rowSize);
    this.results = results;
    this.#data = isSharedArray(results) ? results.data : results;
    this.output = {
      dtype,
      buffer: this.#data.buffer,
      byteOffset: this.#data.byteOffset,
      nRows: nJobs,
      // In numbers: a complex one is a row of two.
      rowLength: rowSize * numbersPerElement(dtype),
      isScalar: !isComplex(dtype) && (shape === undefined || shape.length === 1),
    };
    // One that does not fit is refused where failures are captured; elsewhere nobody will see the array.
    this.#errorValue = fits(dtype, errorValue) ? errorValue : undefined;
  }

  take({ rejections }: OutcomeGroup): void {
    const { rowLength } = this.output;
    for (const error of rejections) {
      const start = error.place * rowLength;
      if (this.#errorValue !== undefined) {
        (this.#data as Float64Array).fill(this.#errorValue as number, start, start + rowLength);
      }
      this.#exceptions.push(error);
    }
  }

  get exceptions(): JobError[] {
    return this.#exceptions.sort(byPlace);
  }
}

/** What the caller wants results written into. */
interface Output {
  readonly dtype: DType;
  readonly shape: readonly number[] | undefined;
  readonly array: ResultArray | undefined;
}

type ResultArray = SharedArray | TypedArray<SharedArrayBuffer>;

function allocated(dtype: DType, shape: readonly number[] | undefined, length: number): ResultArray {
  const buffer = allocateShared(length * bytesPerElement(dtype));
  return shape === undefined ? viewOf(dtype, buffer) : new SharedArray(dtype, shape, buffer);
}

function byPlace(a: JobError, b: JobError): number {
  return a.place - b.place;
}
