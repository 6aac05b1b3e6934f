import {
  bytesPerElement,
  type DType,
  dtypeOf,
  numbersPerElement,
  type TypedArray,
  viewOf,
} from '../arrays/dtype.ts';
import { allocate, sameShape } from '../arrays/shape.ts';
import { isSharedArray, SharedArray } from '../arrays/shared-array.ts';
import { JobRunnerError } from '../errors.ts';
import { isWritten, type ResultRows } from '../protocol/result-rows.ts';
import { show } from '../read-options.ts';

/** Rows `start` up to `stop` went into a block. */
export interface Span {
  readonly start: number;
  readonly stop: number;
}

/** What a block returned, if it is numbers. */
interface Part {
  readonly dtype: DType;
  readonly data: TypedArray;
  /** Shape of a row; undefined for a flat typed array. */
  readonly rowShape: readonly number[] | undefined;
}

/** Memory for all rows, if each is so wide. */
interface Whole {
  readonly data: TypedArray;
  readonly width: number;
}

/**
 * Joins what blocks returned, along the first axis. As long as every block returns as much for each of its rows, its
 * part goes where it belongs at once and is let go: memory is needed for the whole, not for the parts beside it. Once
 * the first block has told how wide rows are, jobs can put theirs there by themselves.
 */
export class Splice {
  readonly #spans: readonly Span[];
  readonly #nRows: number;
  /** What blocks returned; for what is in the whole, that part of it. */
  readonly #parts: unknown[] = [];
  #whole: Whole | undefined;
  /** All parts so far are in the whole. */
  #isWhole = true;
  /** Of all parts. */
  #nJoined = 0;
  #first: { readonly part: Part | undefined; readonly block: number } | undefined;

  constructor(spans: readonly Span[]) {
    this.#spans = spans;
    this.#nRows = spans.at(-1)?.stop ?? 0;
  }

  /** Where the part of a block belongs, once that is known. */
  rowsOf(block: number): Omit<ResultRows, 'index'> | undefined {
    if (this.#whole === undefined) return undefined;
    const { dtype, rowShape } = this.#first!.part!;
    const { start, stop } = this.#spans[block]!;
    const shape = rowShape && [stop - start, ...rowShape];
    return { dtype, shape, data: this.#placeOf(block, this.#whole) };
  }

  take(block: number, value: unknown): void {
    if (isWritten(value)) {
      const { start, stop } = this.#spans[block]!;
      this.#nJoined += stop - start;
      this.#parts[block] = this.#placeOf(block, this.#whole!);
      return;
    }
    const part = partOf(value);
    if (part === undefined && !Array.isArray(value)) {
      throw misfit(
        `block ${block} returned ${show(value)}, and only arrays are joined: say what to join with \`splice\``,
      );
    }
    this.#first ??= { part, block };
    this.#nJoined += (value as ArrayLike<unknown>).length;
    this.#checkKind(part, block);
    this.#parts[block] = part === undefined ? value : this.#place(part, block);
  }

  get result(): unknown {
    const { part: first } = this.#first!;
    // Not `flat`, which would close gaps.
    if (first === undefined) return ([] as unknown[]).concat(...(this.#parts as unknown[][]));
    const data = this.#isWhole ? this.#whole!.data : this.#joined(first);
    const { dtype, rowShape } = first;
    if (rowShape === undefined) return data;
    const buffer = data.buffer as SharedArrayBuffer;
    return new SharedArray(dtype, [this.#nJoined, ...rowShape], buffer);
  }

  #checkKind(part: Part | undefined, block: number): void {
    const { part: first, block: firstBlock } = this.#first!;
    const isSame =
      first?.dtype === part?.dtype &&
      (first?.rowShape === part?.rowShape ||
        (first?.rowShape && part?.rowShape && sameShape(first.rowShape, part.rowShape)));
    if (!isSame)
      throw misfit(`block ${firstBlock} returned ${kindOf(first)}, and block ${block} ${kindOf(part)}`);
  }

  /** The part in its place in the whole, if that is how its rows lie; else as it is. */
  #place({ data, dtype }: Part, block: number): TypedArray {
    const { start, stop } = this.#spans[block]!;
    const width = data.length / (stop - start);
    // Without rows, nothing tells how wide they are; once parts have been put aside, all are.
    this.#isWhole &&= Number.isInteger(width) && width === (this.#whole?.width ?? width);
    if (!this.#isWhole) return data;
    this.#whole ??= { data: newArray(dtype, this.#nRows * width), width };
    const place = this.#placeOf(block, this.#whole);
    (place as Float64Array).set(data as Float64Array);
    return place;
  }

  #placeOf(block: number, { data, width }: Whole): TypedArray {
    const { start, stop } = this.#spans[block]!;
    return data.subarray(start * width, stop * width);
  }

  #joined({ dtype }: Part): TypedArray {
    const parts = this.#parts as TypedArray[];
    const whole = newArray(
      dtype,
      parts.reduce((length, data) => length + data.length, 0),
    );
    let at = 0;
    for (const data of parts) {
      (whole as Float64Array).set(data as Float64Array, at);
      at += data.length;
    }
    return whole;
  }
}

function partOf(value: unknown): Part | undefined {
  if (isSharedArray(value)) return { dtype: value.dtype, data: value.data, rowShape: value.shape.slice(1) };
  const dtype = dtypeOf(value);
  return dtype === undefined ? undefined : { dtype, data: value as TypedArray, rowShape: undefined };
}

function newArray(dtype: DType, length: number): TypedArray {
  return viewOf(dtype, allocate((length / numbersPerElement(dtype)) * bytesPerElement(dtype)));
}

function kindOf(part: Part | undefined): string {
  if (part === undefined) return 'a plain array';
  return part.rowShape === undefined
    ? `a typed array of ${part.dtype}`
    : `a SharedArray of ${part.dtype} with rows of shape ${show(part.rowShape)}`;
}

function misfit(message: string): JobRunnerError {
  return new JobRunnerError('RESULT_DOES_NOT_FIT', message);
}
