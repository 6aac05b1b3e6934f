import { describe, expectTypeOf, it } from 'vitest';
import { SharedArray } from '../../src/arrays/shared-array.ts';
import { splitRows } from '../../src/rows/split-rows.ts';

type Matrix = SharedArray<'float64'>;
declare const matrix: Matrix;

describe('a function made of splitRows', () => {
  it('takes what the function takes, and gives a promise of what it gives', () => {
    const sums = splitRows((rows: Matrix, scale: number) => new Float32Array(rows.length * scale));
    expectTypeOf(sums).parameters.toEqualTypeOf<[rows: Matrix, scale: number]>();
    expectTypeOf(sums(matrix, 1)).resolves.toEqualTypeOf<Float32Array<SharedArrayBuffer>>();
    expectTypeOf(splitRows(async (rows: Matrix) => rows)(matrix)).resolves.toEqualTypeOf<Matrix>();
    // @ts-expect-error -- a number is missing
    void sums(matrix);
  });

  it('gives the output that it writes into', () => {
    const scale = splitRows((_rows: Matrix, _out: SharedArray<'int8'>): void => {}, { out: 1 });
    expectTypeOf(scale(matrix, SharedArray.zeros('int8', 1))).resolves.toEqualTypeOf<SharedArray<'int8'>>();
    const optional = splitRows((rows: Matrix, _options?: { out?: SharedArray<'int8'> }) => rows, {
      out: 'out',
    });
    expectTypeOf(optional(matrix)).resolves.toEqualTypeOf<SharedArray<'int8'> | Matrix>();
  });

  it('has options by these names', () => {
    // @ts-expect-error -- split
    splitRows((rows: Matrix) => rows, { splits: [0] });
  });
});
