import type { DType } from '../arrays/dtype.ts';
import type { DTypeIn, NumericData } from '../arrays/nested.ts';
import { arrayFrom, type SharedArray } from '../arrays/shared-array.ts';

/**
 * Turns the results of a run into one array: numbers into one dimension, numeric arrays of one length into rows,
 * nested ones into more dimensions. The first dimension is the number of results.
 *
 * @param results - what `runJobs` gave; all of one shape
 * @param dtype - what to store them as
 * @defaultValue `dtype`: that of the typed arrays among the results; else float64, bigint64 for bigints
 * @throws JobRunnerError `INVALID_ARRAY` when results differ in shape, or hold something that is no number or does
 * not fit the dtype; the message names the place.
 *
 * @example
 * const spectra = await new JobRunner(spectrum).runJobs(channels);   // Float64Array[]
 * stackResults(spectra).shape;   //=> [channels.length, 513]
 */
export function stackResults<const T extends NumericData>(results: T): SharedArray<DTypeIn<T>>;
export function stackResults<D extends DType>(results: NumericData, dtype: D | undefined): SharedArray<D>;
export function stackResults(results: NumericData, dtype?: DType): SharedArray {
  return arrayFrom(results, undefined, dtype, 'results');
}
