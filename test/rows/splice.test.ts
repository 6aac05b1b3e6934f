import { SharedArray } from 'parajob';
import { describe, expect, it } from 'vitest';
import { RESULT_ROWS } from '../../src/protocol/result-rows.ts';
import { Splice } from '../../src/rows/splice.ts';

const SPANS = [
  { start: 0, stop: 2 },
  { start: 2, stop: 3 },
  { start: 3, stop: 5 },
];
const WRITTEN = { [RESULT_ROWS]: 'written' };

describe('where the part of a block belongs', () => {
  it('is known once the first block has told how wide rows are', () => {
    const splice = new Splice(SPANS);
    expect(splice.rowsOf(1)).toBeUndefined();
    splice.take(2, Float32Array.of(6, 7, 8, 9));
    expect(splice.rowsOf(1)).toMatchObject({ dtype: 'float32', shape: undefined, data: { length: 2 } });
    expect(splice.rowsOf(0)!.data).toHaveLength(4);
  });

  it('has the shape that the SharedArray of the block has', () => {
    const splice = new Splice(SPANS);
    splice.take(0, SharedArray.zeros('complex64', [2, 3, 1]));
    expect(splice.rowsOf(2)).toMatchObject({ dtype: 'complex64', shape: [2, 3, 1], data: { length: 12 } });
  });

  it.each([
    ['plain arrays', [1, 2]],
    ['rows of different widths', new Float64Array(3)],
  ])('is not known of %s', (_, part) => {
    const splice = new Splice(SPANS);
    splice.take(0, part);
    expect(splice.rowsOf(1)).toBeUndefined();
  });
});

describe('parts that jobs have written in place', () => {
  it('are joined with the others', () => {
    const splice = new Splice(SPANS);
    splice.take(1, Int32Array.of(30, 31));
    (splice.rowsOf(0)!.data as Int32Array).set([10, 11, 20, 21]);
    splice.take(0, WRITTEN);
    splice.take(2, Int32Array.of(40, 41, 50, 51));
    expect(splice.result).toEqual(Int32Array.of(10, 11, 20, 21, 30, 31, 40, 41, 50, 51));
  });

  it('are joined with one that fits nowhere', () => {
    const splice = new Splice(SPANS);
    splice.take(1, SharedArray.from([[3, 3]]));
    (splice.rowsOf(2)!.data as Float64Array).set([4, 4, 5, 5]);
    splice.take(0, SharedArray.from([[1, 1]]));
    splice.take(2, WRITTEN);
    expect(splice.result).toMatchObject({ shape: [4, 2], data: Float64Array.of(1, 1, 3, 3, 4, 4, 5, 5) });
  });

  it('may have no elements', () => {
    const splice = new Splice(SPANS);
    splice.take(0, SharedArray.zeros('int8', [2, 0]));
    splice.take(1, WRITTEN);
    splice.take(2, WRITTEN);
    expect(splice.result).toMatchObject({ shape: [5, 0] });
  });
});
