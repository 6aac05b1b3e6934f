import { type TypedArray, viewOf } from '../arrays/dtype.ts';
import type { LanePen } from '../ledger/lane-pen.ts';
import type { Ledger, Span } from '../ledger/ledger.ts';
import { reviveValues } from '../protocol/fixed-values.ts';
import type { LaneSource, LaneStart } from '../protocol/messages.ts';
import type { LaneLink } from './lane-link.ts';

/** Where a lane gets its spans from, and the inputs of their places. */
export interface LaneInputs {
  /**
   * The next span, of about `size` places and not over `most`; `wait` when main may yet send some, `end` when there
   * are no more.
   */
  next(size: number, most: number): Span | 'wait' | 'end';
  at(place: number): unknown;
}

export function laneInputs(
  { source, order }: Pick<LaneStart, 'source' | 'order'>,
  ledger: Ledger,
  pen: LanePen,
  link: LaneLink,
): LaneInputs {
  // Posted inputs come in the order of their turns.
  if (source.type === 'posted') return new PostedInputs(pen, link);
  const at = inputsAt(source);
  return new ClaimedInputs(ledger, order === undefined ? at : (turn) => at(order[turn]!));
}

function inputsAt(source: Exclude<LaneSource, { type: 'posted' }>): (place: number) => unknown {
  switch (source.type) {
    case 'places':
      return (place) => place;
    case 'elements': {
      const elements = viewOf(source.dtype, source.buffer, source.byteOffset, source.length);
      return (place) => elements[place];
    }
    case 'rows': {
      const { rowLength } = source;
      const data: TypedArray = viewOf(
        source.dtype,
        source.buffer,
        source.byteOffset,
        source.nRows * rowLength,
      );
      return (place) => data.subarray(place * rowLength, (place + 1) * rowLength);
    }
  }
}

/** No span is more than this part of what a lane can still expect, so that lanes end together. */
const SPANS_LEFT_PER_LANE = 8;

class ClaimedInputs implements LaneInputs {
  readonly #ledger: Ledger;
  readonly at: (place: number) => unknown;

  constructor(ledger: Ledger, at: (place: number) => unknown) {
    this.#ledger = ledger;
    this.at = at;
  }

  next(size: number, most: number): Span | 'end' {
    const share = Math.ceil(this.#ledger.unclaimed / (SPANS_LEFT_PER_LANE * this.#ledger.handle.nLanes));
    return this.#ledger.claim(Math.max(1, Math.min(size, share, most))) ?? 'end';
  }
}

class PostedInputs implements LaneInputs {
  readonly #pen: LanePen;
  readonly #link: LaneLink;
  #nBatches = 0;
  #first = 0;
  #inputs: unknown[] = [];
  #next = 0;
  #attempt: number | undefined;
  #isEnded = false;

  constructor(pen: LanePen, link: LaneLink) {
    this.#pen = pen;
    this.#link = link;
  }

  next(_size: number, most: number): Span | 'wait' | 'end' {
    while (this.#next === this.#inputs.length) {
      if (this.#isEnded) return 'end';
      const message = this.#link.take();
      if (message === undefined) return 'wait';
      if (message.type === 'end') this.#isEnded = true;
      else if (this.#pen.beginBatch(this.#nBatches++)) {
        this.#first = message.first;
        this.#inputs = reviveValues(message.inputs);
        this.#attempt = message.attempt;
        this.#next = 0;
      }
    }
    const start = this.#next;
    this.#next = Math.min(start + most, this.#inputs.length);
    const span = { start: this.#first + start, end: this.#first + this.#next };
    return this.#attempt === undefined ? span : { ...span, attempt: this.#attempt };
  }

  at(place: number): unknown {
    const i = place - this.#first;
    const input = this.#inputs[i];
    // Held no longer than its job.
    this.#inputs[i] = undefined;
    return input;
  }
}
