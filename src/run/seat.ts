import type { OpenLane } from '../backends/backend.ts';
import type { Feed } from '../feeds/feed.ts';
import { LaneWatch } from '../ledger/lane-watch.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { OutcomesMessage } from '../protocol/messages.ts';

/** Between asking a lane to pause and taking its rest main must let this much time pass: see ledger/README.md. */
export const LEAST_LOOK_MS = 2;
/** A stray error comes from one of the last few jobs of its thread, most likely. */
export const CANDIDATES = 20;

/** Where one lane after the other sits during a run, and what main knows of the one that does. */
export class Seat {
  readonly lane: number;
  readonly watch: LaneWatch;
  open: OpenLane | undefined;
  hasStarted = false;
  /** The place whose job main has ended the lane for. */
  timedOut: number | undefined;
  /** Places answered last, newest first: who may have left something behind. */
  lastAnswered: readonly number[] = [];
  /** When the lane was asked to pause behind its job. */
  #askedAt = Number.POSITIVE_INFINITY;
  #startedAt = 0;
  #inJobSince = 0;

  constructor(ledger: Ledger, lane: number) {
    this.lane = lane;
    this.watch = new LaneWatch(ledger, lane);
  }

  /** Readies the seat for another lane, and returns that lane's number in it. */
  seatNext(): number {
    this.hasStarted = false;
    this.timedOut = undefined;
    this.lastAnswered = [];
    this.#askedAt = Number.POSITIVE_INFINITY;
    return this.watch.seatNext();
  }

  started(now: number): void {
    this.hasStarted = true;
    this.#startedAt = now;
    this.#inJobSince = now;
  }

  answered({ runs, rejections }: OutcomesMessage): void {
    const places = rejections.map(({ place }) => place).slice(0, CANDIDATES);
    for (let i = runs.length - 2; i >= 0 && places.length < CANDIDATES; i -= 2) {
      const first = runs[i]!;
      for (let place = first + runs[i + 1]! - 1; place >= first && places.length < CANDIDATES; place--) {
        places.push(place);
      }
    }
    this.lastAnswered = [...places, ...this.lastAnswered].slice(0, CANDIDATES);
  }

  /** Whether the lane has been making its worker for longer than `limit` milliseconds. */
  isLate(now: number, limit: number): boolean {
    return now - this.#startedAt > limit && !this.watch.hasBegun;
  }

  /** How long the lane has been in its job, as far as main has seen: it looks now. */
  inJobFor(now: number): number {
    if (!this.watch.isStuck()) this.#inJobSince = now;
    return now - this.#inJobSince;
  }

  /** Asks the lane to pause behind its job, so that what it has not started can be taken before. */
  ask(now: number): void {
    // Only an order that is new starts the time anew: one that stands has not been met.
    if (this.watch.askToPause()) this.#askedAt = now;
  }

  /**
   * Takes something that the lane has not started: the rest of what it is at, if it is in the same job still as when
   * it was asked; what it has not come to then, too, or if others have waited for it.
   */
  relieve(now: number, feed: Feed, haveOthersWaited: boolean): boolean {
    const { lane, watch } = this;
    const isStuck = now - this.#askedAt >= LEAST_LOOK_MS && watch.isAsked;
    if ((isStuck || haveOthersWaited) && feed.takeQueued(lane, watch)) return true;
    return isStuck && feed.takeRest(lane, watch);
  }
}
