/** Mean 0 and standard deviation 1 for each row. */
export function standardise(rows, out) {
  const [nRows, width] = rows.shape;
  standardiseRows(rows.data, out.data, nRows, width);
}

export function standardiseRows(data, out, nRows, width) {
  for (let row = 0; row < nRows; row++) {
    const start = row * width;
    const end = start + width;
    let sum = 0;
    for (let i = start; i < end; i++) sum += data[i];
    const mean = sum / width;
    let squares = 0;
    for (let i = start; i < end; i++) squares += (data[i] - mean) ** 2;
    const scale = 1 / Math.sqrt(squares / width);
    for (let i = start; i < end; i++) out[i] = (data[i] - mean) * scale;
  }
}

/** The same, as a function that returns its results. */
export function standardised(rows) {
  const out = new Float64Array(rows.size);
  standardiseRows(rows.data, out, rows.shape[0], rows.shape[1]);
  return out;
}
