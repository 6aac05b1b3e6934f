import { inspect } from 'node:util';
import { JobRunnerError } from '../errors.ts';
import type { LaneWatch } from '../ledger/lane-watch.ts';
import { type FixedValues, reviveValues, ValueFixer } from '../protocol/fixed-values.ts';
import type { LaneSource, OutcomesMessage } from '../protocol/messages.ts';
import type { Feed, PostToLane } from './feed.ts';
import { HeldInputs } from './held-inputs.ts';
import { InputReader, inputsFailed } from './input-reader.ts';
import type { LentMemory } from './lent-memory.ts';
import { type Batch, PostedLane } from './posted-lane.ts';

const { setTimeout, clearTimeout } = globalThis;

/** A batch holds no more bytes of typed arrays than this, or a single input. */
const BATCH_BYTES = 1 << 22;
/** A lane waits so long for inputs that are on their way before its thread goes to others. */
const PATIENCE_MS = 2;
/** With a lane are the batch that it runs and the next one, so that it does not wait for main. */
const BATCHES_PER_LANE = 2;
/** Lanes share what is left of inputs whose number is known, so that they end together. */
const BATCHES_LEFT_PER_LANE = 2;

/** What a posted feed tells its run. */
export interface PostedFeedEvents {
  /** More inputs have arrived: lanes may be wanted. */
  readonly arrival: () => void;
  /** The input of this place cannot cross: that is the job's outcome. */
  readonly uncloneable: (place: number, input: unknown, error: unknown) => void;
  /** The inputs could not be read on. */
  readonly failed: (error: unknown) => void;
}

/** What a posted feed keeps while inputs are under way. */
export interface Keeping {
  /** For lanes in other threads: where large plain arrays lie until they have arrived. */
  readonly lender?: LentMemory | undefined;
  /** Whether places that have failed may come back. */
  readonly triesAgain?: boolean;
  /** Inputs that may have been changed since they were read, as they were then, by place. The feed empties it. */
  readonly asRead?: Map<number, unknown>;
}

/** Main reads inputs as lanes need them, and posts them in batches. */
export class PostedFeed implements Feed {
  readonly source: LaneSource = { type: 'posted' };
  readonly #reader: InputReader;
  readonly #events: PostedFeedEvents;
  readonly #nLanes: number;
  readonly #longestBatch: number;
  readonly #mostBatches: number;
  readonly #lanes = new Map<number, PostedLane>();
  readonly #lender: LentMemory | undefined;
  readonly #held = new HeldInputs();
  readonly #attempts = new Map<number, number>();
  /**
   * An iterator may give the same object again and again, changed. Its inputs are not moved to lanes but copied, and
   * ours is what is handed over when a place comes back: the object is not what it was any more.
   */
  readonly #keepsFixed: boolean;
  /** By place: what is handed over in place of the input itself. */
  readonly #fixed: Map<number, unknown>;
  /** Places to be run again, in order of their return. */
  #returned: number[] = [];
  #nRead = 0;
  #limit = Number.POSITIVE_INFINITY;
  /** Lanes that wait for inputs which have been asked for. */
  readonly #hungry = new Map<number, PostToLane>();
  #patience: ReturnType<typeof setTimeout> | undefined;
  #state: 'readable' | 'pending' | 'ended' = 'readable';
  readonly #known: number | undefined;

  /** `longestBatch` is 1 where jobs should move one by one. */
  constructor(
    inputs: Iterable<unknown> | AsyncIterable<unknown>,
    nLanes: number,
    longestBatch: number,
    events: PostedFeedEvents,
    { lender, triesAgain = false, asRead = new Map() }: Keeping = {},
  ) {
    this.#lender = lender;
    this.#fixed = asRead;
    this.#events = events;
    this.#nLanes = nLanes;
    this.#longestBatch = longestBatch;
    this.#mostBatches = longestBatch === 1 ? 1 : BATCHES_PER_LANE;
    this.#known = sizeOf(inputs);
    // In the calling thread nothing comes back but what has failed.
    this.#keepsFixed = this.#known === undefined && (lender !== undefined || triesAgain);
    this.#reader = new InputReader(inputs, () => this.#arrival());
  }

  get total(): number | undefined {
    return this.#state === 'ended' ? this.#nRead : this.#known;
  }

  get wanted(): number {
    if (this.#returned.length > 0) return this.#returned.length;
    if (this.#state !== 'readable' || this.#nRead >= this.#limit) return 0;
    return Math.min(
      this.#known === undefined ? this.#nLanes : this.#known - this.#nRead,
      this.#reader.nReady || 1,
    );
  }

  inputOf(place: number): unknown {
    return this.#held.get(place);
  }

  serve(lane: number, post: PostToLane): void {
    let posted = this.#lanes.get(lane);
    if (posted === undefined) {
      posted = new PostedLane();
      this.#lanes.set(lane, posted);
    }
    while (!posted.hasEnd && posted.batches.length < this.#mostBatches) {
      if (this.#postBatch(lane, posted, post)) continue;
      if (!this.#isExhausted && posted.batches.length > 0) return;
      if (this.#state === 'pending') {
        this.#hungry.set(lane, post);
        this.#patience ??= setTimeout(() => this.#sendHome(), PATIENCE_MS);
        return;
      }
      posted.hasEnd = true;
      post({ type: 'end' }, []);
    }
  }

  /** Whether all inputs are with lanes, or done. */
  get #isExhausted(): boolean {
    if (this.#returned.length > 0) return false;
    return this.#state === 'ended' || (this.#known !== undefined && this.#nRead >= this.#known);
  }

  #arrival(): void {
    this.#state = 'readable';
    for (const [lane, post] of this.#hungry) {
      if (this.#reader.nReady === 0) break;
      this.#hungry.delete(lane);
      this.serve(lane, post);
    }
    this.#events.arrival();
  }

  /** A lane without input gives its thread back; it is opened again when there is more. */
  #sendHome(): void {
    this.#patience = undefined;
    for (const [lane, post] of this.#hungry) {
      this.#lanes.get(lane)!.hasEnd = true;
      post({ type: 'end' }, []);
    }
    this.#hungry.clear();
  }

  #postBatch(lane: number, posted: PostedLane, post: PostToLane): boolean {
    const fixer = new ValueFixer({ lender: this.#keepsFixed ? undefined : this.#lender });
    // What is posted within a thread is not cloned: it is the job's, and not ours to keep.
    const keeper = this.#keepsFixed && this.#lender === undefined ? new ValueFixer() : undefined;
    const most = Math.min(posted.pace.size, this.#longestBatch, this.#share());
    let first = -1;
    while (fixer.size < most && fixer.nBytes < BATCH_BYTES) {
      const place = this.#nextPlace();
      if (place === undefined) break;
      if (first < 0) first = place;
      const attempt = this.#attempts.get(place);
      if (place !== first + fixer.size || (attempt !== undefined && fixer.size > 0)) {
        // Batches are of consecutive places; one that is tried again goes by itself.
        this.#returned.unshift(place);
        break;
      }
      const input = this.#held.get(place);
      try {
        const value = this.#fixed.has(place) ? this.#fixed.get(place) : input;
        fixer.add(value, 'input');
        keeper?.add(value, 'input');
      } catch (cause) {
        this.#held.delete(place);
        this.#fixed.delete(place);
        // What is no UncloneableError was thrown by the input itself: by a getter, say.
        const message = cause instanceof Error ? cause.message : `the input threw ${inspect(cause)}`;
        const error = new JobRunnerError('INPUT_NOT_CLONEABLE', message, { cause });
        this.#events.uncloneable(place, input, error);
        if (fixer.size > 0) break;
        first = -1;
        continue;
      }
      this.#held.give(place, lane);
      if (attempt !== undefined) break;
    }
    const size = fixer.size;
    if (size === 0) return false;
    const attempt = this.#attempts.get(first) ?? 1;
    const { fixed, transfer, lent } = fixer.take();
    const fixedAt = this.#keepsFixed ? inputsFixed(first, keeper?.take().fixed ?? fixed) : undefined;
    posted.add({ first, size, lent, fixedAt, unanswered: size });
    const batch = { type: 'batch', first, inputs: fixed, ...(attempt > 1 && { attempt }) } as const;
    post(batch, this.#keepsFixed ? [] : transfer);
    return true;
  }

  #share(): number {
    if (this.#known === undefined) return Number.POSITIVE_INFINITY;
    return Math.max(1, Math.ceil((this.#known - this.#nRead) / (BATCHES_LEFT_PER_LANE * this.#nLanes)));
  }

  #nextPlace(): number | undefined {
    const again = this.#returned.shift();
    if (again !== undefined) return again;
    if (this.#state !== 'readable' || this.#nRead >= this.#limit) return undefined;
    try {
      // What is read ahead counts as well: no further than the limit.
      this.#reader.readAhead = Math.max(0, Math.min(this.#reader.readAhead, this.#limit - this.#nRead - 1));
      const read = this.#reader.read();
      if (read.type === 'input') {
        this.#held.push(read.input);
        if (read.asRead !== undefined) this.#fixed.set(this.#nRead, read.asRead[0]);
        return this.#nRead++;
      }
      this.#state = read.type === 'end' ? 'ended' : 'pending';
      if (read.type === 'end' && this.#known !== undefined && this.#nRead < this.#known) {
        const what = `there were ${this.#known} of them at first, and ${this.#nRead} in the end`;
        throw inputsFailed(new RangeError(what));
      }
    } catch (error) {
      this.#state = 'ended';
      this.#events.failed(error);
    }
    return undefined;
  }

  answered(lane: number, { runs, rejections, worked }: OutcomesMessage): void {
    const posted = this.#lanes.get(lane);
    let n = rejections.length;
    for (let i = 0; i < runs.length; i += 2) {
      const end = runs[i]! + runs[i + 1]!;
      for (let place = runs[i]!; place < end; place++) this.#forget(place);
      n += runs[i + 1]!;
    }
    for (const { place } of rejections) {
      this.#held.delete(place);
      // It may be tried again.
      const batch = posted?.batchOf(place);
      if (batch !== undefined) this.#keepFixed(place, batch);
    }
    if (posted === undefined) return;
    for (const batch of posted.answered(n)) this.#takeBack(batch);
    posted.pace.measured(worked.jobs, worked.milliseconds);
    this.#reader.readAhead = Math.max(
      0,
      Math.min(posted.pace.size, this.#longestBatch, this.#limit - this.#nRead),
    );
  }

  settled(place: number): void {
    this.#held.delete(place);
  }

  done(place: number): void {
    this.#fixed.delete(place);
  }

  again(place: number, input: unknown, attempt: number): void {
    this.#held.putBack(place, input);
    this.#attempts.set(place, attempt);
    this.#returned.push(place);
  }

  get nBegun(): number {
    return this.#nRead;
  }

  isSettled(place: number): boolean {
    return place < this.#nRead && !this.#held.has(place);
  }

  closed(lane: number, watch: LaneWatch): void {
    this.#hungry.delete(lane);
    for (const batch of this.#lanes.get(lane)?.batches ?? []) {
      const { first, size } = batch;
      this.#takeBack(batch);
      for (let place = first; place < first + size; place++) {
        // Others may be at it already: it was taken from this lane, or it failed there and is tried again.
        const isBack = this.#held.isWith(lane, place);
        // The one that was running may be, too.
        if (isBack || place === watch.current) this.#keepFixed(place, batch);
        if (isBack) this.#giveBack(place);
      }
    }
    this.#lanes.delete(lane);
  }

  #forget(place: number): void {
    this.#held.delete(place);
    if (this.#fixed.size > 0) this.#fixed.delete(place);
  }

  #keepFixed(place: number, { fixedAt }: Batch): void {
    if (fixedAt !== undefined && !this.#fixed.has(place)) this.#fixed.set(place, fixedAt(place));
  }

  #takeBack({ lent }: Batch): void {
    for (const one of lent) this.#lender?.takeBack(one);
  }

  #giveBack(place: number): void {
    this.#held.give(place);
    this.#returned.push(place);
  }

  hasPosted(lane: number): boolean {
    return (this.#lanes.get(lane)?.batches.length ?? 0) > 0;
  }

  holdsMore(lane: number, watch: LaneWatch): boolean {
    return (this.#lanes.get(lane)?.batches.length ?? 0) > 1 || watch.hasUnstarted;
  }

  takeQueued(lane: number, watch: LaneWatch): boolean {
    const posted = this.#lanes.get(lane);
    // Not the oldest: the lane answers for it, and is served then.
    const batch = posted?.batches.slice(1).find(({ nth }) => watch.takeBatch(nth));
    if (posted === undefined || batch === undefined) return false;
    posted.remove(batch);
    this.#takeBack(batch);
    this.#retrieve(lane, batch, batch.first, batch.first + batch.size);
    return true;
  }

  takeRest(lane: number, watch: LaneWatch): boolean {
    const rest = watch.takeRest();
    if (rest === undefined) return false;
    const batch = this.#lanes.get(lane)?.batchOf(rest.start, rest.end);
    if (batch !== undefined) batch.unanswered -= rest.end - rest.start;
    this.#retrieve(lane, batch, rest.start, rest.end);
    return true;
  }

  /** Places that a lane will not run are for others to do. */
  #retrieve(lane: number, batch: Batch | undefined, start: number, end: number): void {
    for (let place = start; place < end; place++) {
      if (!this.#held.isWith(lane, place)) continue;
      if (batch !== undefined) this.#keepFixed(place, batch);
      this.#giveBack(place);
    }
  }

  allow(limit: number): void {
    this.#limit = limit;
  }

  stop(): void {
    clearTimeout(this.#patience);
    this.#hungry.clear();
    this.#state = 'ended';
    this.#returned = [];
    this.#reader.stop();
  }

  end(): void {
    this.#lender?.end();
  }
}

/** The inputs of a batch by place, from what was fixed of them: made whole once somebody asks. */
function inputsFixed(first: number, fixed: FixedValues): (place: number) => unknown {
  let values: unknown[] | undefined;
  return (place) => {
    values ??= reviveValues(fixed);
    return values[place - first];
  };
}

function sizeOf(inputs: object): number | undefined {
  if (Array.isArray(inputs)) return inputs.length;
  if (inputs instanceof Set || inputs instanceof Map) return inputs.size;
  return undefined;
}
