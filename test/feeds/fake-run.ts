import type { Feed, PostToLane } from '../../src/feeds/feed.ts';
import { LanePen } from '../../src/ledger/lane-pen.ts';
import { LaneWatch } from '../../src/ledger/lane-watch.ts';
import { ORDER_PAUSE } from '../../src/ledger/layout.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { reviveValues } from '../../src/protocol/fixed-values.ts';
import type { OutcomesMessage, OutputPlan, ToLane } from '../../src/protocol/messages.ts';
import { type LaneInputs, laneInputs } from '../../src/worker/lane-inputs.ts';
import { LaneOutcomes } from '../../src/worker/lane-outcomes.ts';

/**
 * A lane without a thread, moved on by hand, one job at a time: so a test chooses what happens between any two.
 * It does with ledger, inputs and outcomes what src/worker/run-lane.ts does.
 */
export class FakeLane {
  readonly seat: number;
  /** What has been posted to it and not been taken yet. */
  readonly inbox: ToLane[] = [];
  /** What it has sent and main has not heard yet. */
  readonly outbox: OutcomesMessage[] = [];
  /** Places whose jobs it has begun. */
  readonly ran: number[] = [];
  isOver = false;
  readonly #pen: LanePen;
  readonly #inputs: LaneInputs;
  readonly #outcomes: LaneOutcomes;
  readonly #job: (place: number, input: unknown) => unknown;
  #place = 0;
  #end = 0;

  constructor(run: FakeRun, seat: number, sitting: number) {
    this.seat = seat;
    this.#job = run.job;
    this.#pen = new LanePen(run.ledger, seat);
    this.#pen.begin(sitting);
    this.#outcomes = new LaneOutcomes(
      { output: run.output, order: undefined, lane: seat },
      run.ledger,
      this.#pen,
    );
    const link = {
      post: () => {},
      take: () => this.inbox.shift(),
      arrival: () => Promise.resolve(),
      isClosed: false,
      mustLeave: false,
      tick: () => {},
    };
    this.#inputs = laneInputs({ source: run.feed.source, order: undefined }, run.ledger, this.#pen, link);
  }

  /** Takes a span of up to `size` if it has none. False if there is nothing to do now. */
  claim(size: number): boolean {
    if (this.#place < this.#end) return true;
    this.#outcomes.countTo(this.#place);
    const span = this.#inputs.next(size, Number.POSITIVE_INFINITY);
    if (span === 'end') this.isOver = true;
    if (span === 'end' || span === 'wait') {
      this.send();
      return false;
    }
    this.#place = span.start;
    this.#end = span.end;
    this.#pen.beginSpan(span.end);
    this.#outcomes.beginSpan(span.start);
    return true;
  }

  /** Begins the next job and stays in it; undefined if main's order, or a lack of work, is in the way. */
  begin(size: number): number | undefined {
    if (!this.claim(size)) return undefined;
    const place = this.#place;
    if (this.#pen.beginJob(place)) {
      this.#place++;
      this.ran.push(place);
      return place;
    }
    this.#outcomes.countTo(place);
    this.#pen.endJob();
    if (this.#pen.obey() !== ORDER_PAUSE) this.#end = place;
    return undefined;
  }

  /** Ends the job of `place`. */
  finish(place: number): void {
    try {
      this.#outcomes.fulfil(place, this.#job(place, this.#inputs.at(place)));
    } catch (error) {
      this.#outcomes.reject(place, error);
    }
  }

  /** Says that no job is running. */
  rest(): void {
    this.#outcomes.countTo(this.#place);
    this.#pen.endJob();
  }

  send(): void {
    this.rest();
    if (this.#outcomes.size === 0) return;
    const { message, transfer } = this.#outcomes.take({ jobs: this.#outcomes.size, milliseconds: 0.01 });
    this.outbox.push(structuredClone(message, { transfer }));
  }
}

interface Seat {
  readonly watch: LaneWatch;
  lane: FakeLane | undefined;
}

/** Main's part, likewise by hand: what src/run/run.ts does with a feed. */
export class FakeRun {
  readonly ledger: Ledger;
  readonly output: OutputPlan | undefined;
  readonly job: (place: number, input: unknown) => unknown;
  readonly seats: Seat[];
  readonly outcomes: Map<number, unknown> = new Map();
  /** How often a failing job is tried in all. */
  nTries = 1;
  readonly #attempts = new Map<number, number>();
  /** Places that have got more than one outcome. */
  readonly twice: number[] = [];
  #feed: Feed | undefined;

  constructor(
    ledger: Ledger,
    job: (place: number, input: unknown) => unknown = (_, input) => input,
    output?: OutputPlan,
  ) {
    this.ledger = ledger;
    this.job = job;
    this.output = output;
    this.seats = Array.from({ length: ledger.handle.nLanes }, (_, seat) => ({
      watch: new LaneWatch(ledger, seat),
      lane: undefined,
    }));
  }

  get feed(): Feed {
    return this.#feed!;
  }

  set feed(feed: Feed) {
    this.#feed = feed;
  }

  get nSettled(): number {
    return this.outcomes.size + this.ledger.written;
  }

  get lanes(): FakeLane[] {
    return this.seats.flatMap(({ lane }) => lane ?? []);
  }

  /** Opens lanes as far as they are wanted. */
  open(): void {
    for (const [i, seat] of this.seats.entries()) {
      if (this.feed.wanted === 0) return;
      if (seat.lane !== undefined) continue;
      const lane = new FakeLane(this, i, seat.watch.seatNext());
      seat.lane = lane;
      this.feed.serve(i, this.#postTo(lane));
    }
  }

  #postTo(lane: FakeLane): PostToLane {
    return (message, transfer) => lane.inbox.push(structuredClone(message, { transfer: [...transfer] }));
  }

  /** Hears the first thing that the lane has sent. */
  hear(lane: FakeLane): void {
    const message = lane.outbox.shift();
    if (message === undefined) return;
    const outputs = reviveValues(message.outputs);
    let n = 0;
    for (let i = 0; i < message.runs.length; i += 2) {
      for (let k = 0; k < message.runs[i + 1]!; k++) this.settle(message.runs[i]! + k, outputs[n++]);
    }
    const failed = message.rejections.map(
      ({ place, thrown }) => [place, thrown, this.feed.inputOf(place)] as const,
    );
    this.feed.answered(lane.seat, message);
    for (const [place, thrown, input] of failed) this.fail(place, thrown, input);
    this.feed.serve(lane.seat, this.#postTo(lane));
  }

  /** The job is tried again, or that is its outcome. */
  fail(place: number, outcome: unknown, input: unknown): void {
    const attempt = this.#attempts.get(place) ?? 1;
    this.#attempts.set(place, attempt + 1);
    if (attempt < this.nTries) this.feed.again(place, input, attempt + 1);
    else this.settle(place, outcome);
  }

  settle(place: number, outcome: unknown): void {
    if (this.outcomes.has(place)) this.twice.push(place);
    this.outcomes.set(place, outcome);
  }

  /** The lane comes to its end, or its thread does: the job it was in is to blame. */
  close(lane: FakeLane, hasDied: boolean): void {
    while (lane.outbox.length > 0) this.hear(lane);
    const seat = this.seats[lane.seat]!;
    seat.lane = undefined;
    if (hasDied) seat.watch.countLost(this.ledger.states);
    const { current } = seat.watch;
    const isToBlame = hasDied && current >= 0 && (this.ledger.states[current] ?? 0) === 0;
    const input = isToBlame ? this.feed.inputOf(current) : undefined;
    if (isToBlame) this.feed.settled(current);
    this.feed.closed(lane.seat, seat.watch, hasDied);
    if (isToBlame) this.fail(current, 'died', input);
  }

  /** Lets everything come to its end: `size` is the pace of the lanes. */
  drain(size: number): void {
    for (;;) {
      this.open();
      const { lanes } = this;
      if (lanes.length === 0) return;
      for (const lane of lanes) {
        const place = lane.begin(size);
        if (place !== undefined) lane.finish(place);
        if (lane.inbox.length === 0) lane.send();
        this.hear(lane);
        if (lane.isOver) this.close(lane, false);
      }
    }
  }
}
