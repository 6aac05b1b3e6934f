import type { LaneWatch } from '../ledger/lane-watch.ts';
import type { LaneSource, OutcomesMessage, ToLane } from '../protocol/messages.ts';

/** How the inputs of a run reach its lanes. */
export interface Feed {
  /** What lanes need to know about it. */
  readonly source: LaneSource;
  /** How many jobs the run has; undefined until an iterator has come to its end. */
  readonly total: number | undefined;
  /** How many lanes more would find something to do right now. */
  readonly wanted: number;
  /** The input of a place whose outcome is not known yet. */
  inputOf(place: number): unknown;
  /** The lane has started, or has answered: gives it what it may have. */
  serve(lane: number, post: PostToLane): void;
  /** The lane has sent outcomes; their inputs are not needed any more. */
  answered(lane: number, message: OutcomesMessage): void;
  /** The place has an outcome that no lane has sent. */
  settled(place: number): void;
  /** The place, which has an outcome, will not be tried again: nothing of it need be kept. */
  done(place: number): void;
  /** The place has failed and is to be tried again, for the `attempt`-th time. */
  again(place: number, input: unknown, attempt: number): void;
  /** Places that may have been begun are below this. */
  readonly nBegun: number;
  /** Whether the place has come to an outcome. */
  isSettled(place: number): boolean;
  /**
   * The lane is over, and what it had without bringing it to an outcome goes back. `hasDied`: its thread has ended
   * under it, and the place that is to blame has been settled.
   */
  closed(lane: number, watch: LaneWatch, hasDied: boolean): void;
  /** Whether inputs lie with a lane that may not have begun. */
  hasPosted(lane: number): boolean;
  /** Whether the lane has more than the job that it is in. */
  holdsMore(lane: number, watch: LaneWatch): boolean;
  /** Takes for others what a lane has not come to at all. True if something came of it. */
  takeQueued(lane: number, watch: LaneWatch): boolean;
  /** Takes for others what a lane has not started of what it is at, if it is in a long job. True if something came of it. */
  takeRest(lane: number, watch: LaneWatch): boolean;
  /** Lets places below `limit` be started. */
  allow(limit: number): void;
  /** No more jobs will be started: lets go of the inputs. */
  stop(): void;
  /** Every lane is over: what they read can be used for something else. */
  end(): void;
}

export type PostToLane = (message: ToLane, transfer: readonly ArrayBuffer[]) => void;
