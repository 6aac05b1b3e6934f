import type { DType, TypedArray } from '../arrays/dtype.ts';

/** Rows of a shared output that belong to what one job returns, as far as that fits. */
export interface ResultRows {
  /** Which value of the list that the job returns; undefined if it is the returned value itself. */
  readonly index: number | undefined;
  readonly dtype: DType;
  /** Of the SharedArray that is expected; undefined for a flat typed array. */
  readonly shape: readonly number[] | undefined;
  readonly data: TypedArray;
}

/** A field that nothing of a user's has. */
export const RESULT_ROWS = 'parajob.resultRows';

/** A list of arguments as it crosses, and where the result goes. */
export type AimedArguments = readonly unknown[] & { [RESULT_ROWS]?: readonly ResultRows[] };

/** What a job returns in place of a value that it has written into its rows. */
export interface WrittenRows {
  readonly [RESULT_ROWS]: 'written';
}

// Beside the inputs, not in them: they are the caller's, who meets them again in errors.
const aims = new WeakMap<object, readonly ResultRows[]>();

/** Says where the result of a job belongs, if its input is yet to be handed over. */
export function aim(input: object, rows: readonly ResultRows[]): void {
  aims.set(input, rows);
}

export function aimOf(input: object): readonly ResultRows[] | undefined {
  return aims.get(input);
}

export function isWritten(value: unknown): value is WrittenRows {
  return typeof value === 'object' && value !== null && RESULT_ROWS in value;
}
