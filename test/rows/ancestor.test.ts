import { SharedArray, splitRows } from 'parajob';
import { describe, expect, it } from 'vitest';
import { whereJobsRun } from '../helpers/where-jobs-run.ts';

// The tests of the ancestor's `split_at`, as promises of `splitRows`.

type Matrix = SharedArray<'float64'>;

function matrix(rows: number, columns: number): Matrix {
  const array = SharedArray.zeros('float64', [rows, columns]);
  for (let i = 0; i < array.size; i++) array.data[i] = Math.sin(i + 1);
  return array;
}

interface AffineOptions {
  readonly offset?: Matrix | undefined;
  readonly out?: Matrix | undefined;
}

/** `factor * x + offset`, the offset by row if there is one. */
function affine(x: Matrix, factor: number, { offset, out }: AffineOptions = {}): Matrix {
  const result = out ?? SharedArray.zeros('float64', x.shape);
  for (let i = 0; i < x.size; i++) result.data[i] = factor * x.data[i]! + (offset?.data[i] ?? 0);
  return result;
}

function expected(x: Matrix, factor: number, offset?: Matrix): number[] {
  return Array.from(x.data, (value, i) => factor * value + (offset?.data[i] ?? 0));
}

const settings = [...whereJobsRun.filter(([, options]) => !('singleJobInThread' in options))] as const;

describe.each(settings)('%s, the affine computation', (_, { nWorkers }) => {
  const x = matrix(23, 4);
  const offset = matrix(23, 4);

  it('is that of one call, with the argument that may be split and without', async () => {
    const parallel = splitRows(affine, { split: [0, 'offset'], nWorkers });
    const plain = await parallel(x, 3);
    expect(plain.shape).toEqual([23, 4]);
    expect([...plain.data]).toEqual(expected(x, 3));
    expect([...(await parallel(x, 3, { offset })).data]).toEqual(expected(x, 3, offset));
  });

  it('writes into an output that is given, and makes one else', async () => {
    const parallel = splitRows(affine, { split: [0, 'offset'], out: 'out', nWorkers });
    const out = matrix(23, 4);
    expect(await parallel(x, 2, { offset, out })).toBe(out);
    expect([...out.data]).toEqual(expected(x, 2, offset));
    expect([...(await parallel(x, 2, { offset })).data]).toEqual(expected(x, 2, offset));
  });

  it('can be done in place', async () => {
    const original = x.copy();
    const target = x.copy();
    const inPlace = splitRows(
      (rows: Matrix, factor: number) => {
        for (let i = 0; i < rows.size; i++) rows.data[i]! *= factor;
      },
      { out: 0, nWorkers },
    );
    expect(await inPlace(target, 5)).toBe(target);
    expect([...target.data]).toEqual(expected(original, 5));
  });
});

describe.each(settings)('%s, what a function does to its arguments', (_, { nWorkers }) => {
  const clear = (rows: Float64Array): number[] => {
    const sums = [rows.reduce((sum, value) => sum + value, 0)];
    rows.fill(0);
    return sums;
  };

  it('stays with it, for plain memory', async () => {
    const plain = Float64Array.of(1, 2, 3, 4);
    const sums = await splitRows(clear, { nWorkers })(plain);
    expect(sums.reduce((a, b) => a + b)).toBe(10);
    expect([...plain]).toEqual([1, 2, 3, 4]);
  });

  it('is seen by all, for shared memory', async () => {
    const shared = SharedArray.from([1, 2, 3, 4]);
    const sums = await splitRows(clear, { nWorkers })(shared.data);
    expect(sums.reduce((a, b) => a + b)).toBe(10);
    expect([...shared.data]).toEqual([0, 0, 0, 0]);
  });
});

describe.each(settings)('%s, with a shared argument before the one that is split', (_, { nWorkers }) => {
  const weigh = (weights: Float64Array, rows: Matrix): [Float64Array, Float64Array, number] => {
    const sums = Float64Array.from(rows as Iterable<Float64Array>, (row) =>
      row.reduce((sum, value, i) => sum + value * weights[i]!, 0),
    );
    return [sums, sums.map((sum) => sum ** 2), weights.length];
  };

  it('two of the returned values are joined, and the third comes once', async () => {
    const rows = matrix(17, 3);
    const weights = Float64Array.of(1, 10, 100);
    const [sums, squares, count] = await splitRows(weigh, {
      split: [1],
      shared: [0],
      splice: [0, 1],
      nWorkers,
    })(weights, rows);
    const [wholeSums, wholeSquares] = weigh(weights, rows);
    expect(sums).toEqual(wholeSums);
    expect(squares).toEqual(wholeSquares);
    expect(count).toBe(3);
  });
});
