import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NumericData } from '../../src/arrays/nested.ts';
import { stackResults } from '../../src/results/stack-results.ts';

describe('results of one shape become one array', () => {
  it('numbers: of one dimension', () => {
    expect(stackResults([1, 4, 9])).toMatchObject({ dtype: 'float64', shape: [3] });
  });

  it('what was written in place: the same, shared', () => {
    expect(stackResults(new Int32Array([1, 4])).data).toEqual(new Int32Array([1, 4]));
  });

  it('typed arrays of one length: as rows, place by place', () => {
    const widths = fc.nat({ max: 8 });
    const rows = widths.chain((width) =>
      fc.array(fc.float32Array({ minLength: width, maxLength: width }), { minLength: 1 }),
    );
    fc.assert(
      fc.property(rows, (results) => {
        const stacked = stackResults(results);
        expect(stacked).toMatchObject({ dtype: 'float32', shape: [results.length, results[0]?.length] });
        expect([...stacked]).toEqual(results);
      }),
    );
  });

  it('nested arrays: of more dimensions', () => {
    const stacked = stackResults([[[1, 2]], [[3, 4]]]);
    expect(stacked.shape).toEqual([2, 1, 2]);
    expect(stacked.toNested()).toEqual([[[1, 2]], [[3, 4]]]);
  });

  it('in the dtype that is asked for', () => {
    expect(
      stackResults(
        [
          [1, 2],
          [3, 4],
        ],
        'uint8',
      ).data,
    ).toEqual(new Uint8Array([1, 2, 3, 4]));
  });

  it('no results: an empty array', () => {
    expect(stackResults([]).shape).toEqual([0]);
  });
});

describe('results that cannot be stacked are named by place', () => {
  const cases: [string, unknown, RegExp][] = [
    [
      'lists of different lengths',
      [[1], [1, 2]],
      /results\[1\] has shape \[2\], while results\[0\] has \[1\]/,
    ],
    [
      'NaN where a job failed',
      [new Float64Array(3), Number.NaN],
      /results\[1\] is NaN, while results\[0\] has \[3\]/,
    ],
    ['text', ['a'], /results\[0\] is "a"/],
    ['objects', [1, { mean: 1 }], /results\[1\] is an Object/],
  ];
  it.each(cases)('%s', (_, results, message) => {
    expect(() => stackResults(results as NumericData)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARRAY' }),
    );
    expect(() => stackResults(results as NumericData)).toThrow(message);
  });
});
