import type { JobError } from '../errors.ts';

/** Outcomes that have come in together, in any order. */
export interface OutcomeGroup {
  /** Fulfilled places as runs: first place, number of places, and so on. */
  readonly runs: readonly number[];
  /** Their outputs, one after the other. */
  readonly outputs: ArrayLike<unknown>;
  readonly rejections: readonly JobError[];
}

/** Takes outcomes in any order. */
export interface Collector {
  /** `inputOf` knows the inputs of the group's places for the length of the call. */
  take(group: OutcomeGroup, inputOf: (place: number) => unknown): void;
}
