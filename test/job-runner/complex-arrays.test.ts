import { JobRunner, SharedArray } from 'parajob';
import { describe, expect, test } from 'vitest';
import { jobErrorOf } from '../helpers/failure-of.ts';
import { whereJobsRun } from '../helpers/where-jobs-run.ts';

describe.each(whereJobsRun)('%s, complex numbers', (_, options) => {
  const conjugate = (numbers: Float64Array) => numbers.map((value, i) => (i % 2 === 0 ? value : -value));
  const array = SharedArray.from([1, 2, 3, 4, 5, 6, 7, 8], [2, 2], 'complex128');

  test('go in and out as rows of real and imaginary parts in turn', async () => {
    const results = await new JobRunner(conjugate, options).runJobs(array, {
      outputDtype: 'complex128',
      outputShape: [2, 2],
    });
    expect(results).toMatchObject({ dtype: 'complex128', shape: [2, 2] });
    expect(results.toNested()).toEqual([
      [1, -2, 3, -4],
      [5, -6, 7, -8],
    ]);
  });

  test('of one dimension are rows of two', async () => {
    const results = await new JobRunner(conjugate, options).runJobs(array.reshape(4), {
      outputDtype: 'complex64',
    });
    expect(results).toEqual(new Float32Array([1, -2, 3, -4, 5, -6, 7, -8]));
  });

  test('fail where a part is missing', async () => {
    const half = (numbers: Float64Array) => numbers.slice(1);
    const error = await jobErrorOf(
      new JobRunner(half, options).runJobs(array, { outputDtype: 'complex128', outputShape: [2, 2] }),
    );
    expect(error.cause).toMatchObject({ code: 'RESULT_DOES_NOT_FIT' });
  });
});
