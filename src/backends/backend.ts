import type { FromLane, LaneStart, ToLane } from '../protocol/messages.ts';

/** Where lanes run. Threads and inline keep the same promises; test/backends/backend-contract.ts spells them out. */
export interface Backend {
  readonly type: 'threads' | 'inline';
  /** The most lanes that a run can have at once. */
  readonly nLanes: number;
  /**
   * Opens a lane as soon as there is room for it. Exactly one `over` follows, after every message of the lane;
   * until then the lane may write to the ledger.
   */
  open(start: LaneStart, events: LaneEvents): OpenLane;
}

/** What a run hears of one lane. */
export interface LaneEvents {
  /** There was room: what is posted from now on will not lie about. */
  readonly started: () => void;
  readonly message: (message: FromLane) => void;
  /** The lane stands between two jobs. Only from lanes that share main's thread. */
  readonly tick: () => void;
  readonly over: (ending: LaneEnding) => void;
}

export interface OpenLane {
  post(message: ToLane, transfer: readonly ArrayBuffer[]): void;
  /** The ledger says that the lane never began: do not wait for it. `over` follows at once. */
  cancel(): void;
  /** Ends the lane in the middle of its job; an inline lane, which cannot be ended, is left to itself. */
  kill(): void;
}

export type LaneEnding =
  | { readonly type: 'finished' }
  /** The thread ended under it. */
  | {
      readonly type: 'died';
      readonly error: unknown;
      readonly exitCode: number | undefined;
      readonly outOfMemory: boolean;
    }
  /** No thread could be started for it. */
  | { readonly type: 'unstarted'; readonly error: unknown };
