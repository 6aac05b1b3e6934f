/** What the workers do: rows of a correlation matrix. Plain functions of arrays, which know nothing of workers. */
import { SharedArray } from 'parajob';

/** Ranks instead of values, mean 0 and length 1 for each row: products of such rows are Spearman's correlations. */
export function rankRows(rows: SharedArray<'float64'>): SharedArray<'float64'> {
  const ranked = SharedArray.zeros('float64', rows.shape);
  const width = rows.shape[1]!;
  for (let i = 0; i < rows.length; i++) {
    const values = rows.row(i);
    const order = Uint32Array.from(values, (_, day) => day).sort((a, b) => values[a]! - values[b]!);
    const target = ranked.row(i);
    order.forEach((day, rank) => {
      target[day] = rank - (width - 1) / 2;
    });
    const length = Math.hypot(...target);
    for (let day = 0; day < width; day++) target[day]! /= length;
  }
  return ranked;
}

/** Correlations of some rows with all rows. */
export function correlate(
  rows: SharedArray<'float64'>,
  all: SharedArray<'float64'>,
  out: SharedArray<'float64'>,
): void {
  const width = rows.shape[1]!;
  for (let i = 0; i < rows.length; i++) {
    const row = rows.row(i);
    const correlations = out.row(i);
    for (let j = 0; j < all.length; j++) {
      const other = all.data.subarray(j * width, (j + 1) * width);
      let sum = 0;
      for (let day = 0; day < width; day++) sum += row[day]! * other[day]!;
      correlations[j] = sum;
    }
  }
}
