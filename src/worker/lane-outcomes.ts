import { JobRunnerError } from '../errors.ts';
import type { LanePen } from '../ledger/lane-pen.ts';
import { SETTLED } from '../ledger/layout.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { ValueFixer } from '../protocol/fixed-values.ts';
import type { LaneStart, OutcomesMessage, Rejection, Worked } from '../protocol/messages.ts';
import { UncloneableError } from '../protocol/uncloneable.ts';
import { flattenThrown } from '../protocol/wire-error.ts';
import { type WriteInPlace, writeInPlace } from './write-in-place.ts';

/** Takes what jobs of one lane return and throw; keeps it until it is sent, or writes it where it belongs. */
export class LaneOutcomes {
  readonly #write: WriteInPlace | undefined;
  readonly #states: Uint8Array;
  readonly #isClaimed: boolean;
  readonly #mark: number;
  readonly #pen: LanePen;
  readonly #outputs = new ValueFixer({ moves: true });
  #runs: number[] = [];
  #rejections: Rejection[] = [];
  #countedTo = 0;
  #nRejected = 0;

  constructor(
    { output, order, lane }: Pick<LaneStart, 'output' | 'order' | 'lane'>,
    ledger: Ledger,
    pen: LanePen,
  ) {
    const write = output && writeInPlace(output);
    this.#write = write && order ? (turn, result) => write(order[turn]!, result) : write;
    this.#states = ledger.states;
    this.#isClaimed = ledger.states.length > 0;
    this.#mark = lane + 1;
    this.#pen = pen;
  }

  /** How many outcomes wait to be sent. */
  get size(): number {
    return this.#outputs.size + this.#rejections.length;
  }

  /** Fixes the value as it is now: the job may go on to change it. Throws if it cannot cross or does not fit. */
  fulfil(place: number, output: unknown): void {
    if (this.#write !== undefined) {
      this.#write(place, output);
      if (this.#isClaimed) {
        // Main need not hear of it: `countTo` tells.
        this.#states[place] = SETTLED;
        return;
      }
    }
    // Of a posted input main must hear that it is done, also when its result is in place already.
    this.#keep(place, this.#write === undefined ? output : undefined);
    if (this.#isClaimed) this.#states[place] = this.#mark;
  }

  #keep(place: number, output: unknown): void {
    try {
      this.#outputs.add(output, 'result');
    } catch (cause) {
      if (!(cause instanceof UncloneableError)) throw cause;
      throw new JobRunnerError('RESULT_NOT_CLONEABLE', cause.message, { cause });
    }
    const runs = this.#runs;
    const n = runs.length;
    if (n > 0 && runs[n - 2]! + runs[n - 1]! === place) runs[n - 1]! += 1;
    else runs.push(place, 1);
  }

  beginSpan(start: number): void {
    if (this.#countsInPlace) this.#pen.countWritten(0, start);
    this.#countedTo = start;
  }

  /** The lane is through with all places of its span below `place`. */
  countTo(place: number): void {
    if (this.#countsInPlace) this.#pen.countWritten(place - this.#countedTo - this.#nRejected, place);
    this.#countedTo = place;
    this.#nRejected = 0;
  }

  get #countsInPlace(): boolean {
    return this.#write !== undefined && this.#isClaimed;
  }

  reject(place: number, thrown: unknown): void {
    this.#nRejected++;
    this.#rejections.push({ place, thrown: flattenThrown(thrown) });
    if (this.#states.length > 0) this.#states[place] = this.#mark;
  }

  take(worked: Worked): { readonly message: OutcomesMessage; readonly transfer: ArrayBuffer[] } {
    const { fixed, transfer } = this.#outputs.take();
    const message = {
      type: 'outcomes',
      runs: this.#runs,
      outputs: fixed,
      rejections: this.#rejections,
      worked,
    } as const;
    this.#runs = [];
    this.#rejections = [];
    return { message, transfer };
  }
}
