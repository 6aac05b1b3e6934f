import type { LogRecord } from '../protocol/log-record.ts';

/** How far a run is. Read, never pushed: the reporter looks when it wants to draw. */
export interface RunProgress {
  /** Undefined while the inputs are still being read from an iterator. */
  readonly total: number | undefined;
  /** Jobs with an outcome, failed ones counted. */
  readonly done: number;
  readonly failed: number;
}

/** Shows one run to a person. Every method may be called in any order after `start`; none throws. */
export interface Reporter {
  /** The run begins. `read` stays valid until `finish`. */
  start(read: () => RunProgress): void;
  /** A job has moved on. Draws if it is time; cheap if it is not. Needed where no timer can fire: inline runs. */
  tick(): void;
  log(record: LogRecord): void;
  /** The run is over, and no other method is called again. */
  finish(ending: 'fulfilled' | 'rejected'): void;
}
