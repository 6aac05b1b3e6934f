import type { FromLane, ToLane } from '../protocol/messages.ts';

/** A lane's line to main: a port in a thread, a plain queue inline. */
export interface LaneLink {
  post(message: FromLane, transfer?: readonly ArrayBuffer[]): void;
  /** The next message from main, if one is there. */
  take(): ToLane | undefined;
  /** Resolves once `take` has something to give. */
  arrival(): Promise<void>;
  /** Main has given the lane up, and its seat with it; a thread would have ended. */
  readonly isClosed: boolean;
  /** The thread is wanted for something else: the lane is to end between two jobs, and another does the rest. */
  readonly mustLeave: boolean;
  /** The lane is between spans: main may look at the ledger if it shares the thread. */
  tick(): void;
}
