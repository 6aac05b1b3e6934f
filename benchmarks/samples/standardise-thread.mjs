/** What one would write by hand: a thread for each core, half of the rows for each of two. */
import { parentPort } from 'node:worker_threads';
import { standardised, standardiseRows } from './standardise.mjs';

/** What a function returns that makes its own results is copied in pieces of this size. */
const PIECE_BYTES = 2 ** 22;

parentPort.on('message', ({ input, output, start, stop, width, isReturned }) => {
  const rowsOf = (memory, from, to) => {
    const byteOffset = from * width * Float64Array.BYTES_PER_ELEMENT;
    return new Float64Array(memory, byteOffset, (to - from) * width);
  };
  const step = Math.max(1, Math.round(PIECE_BYTES / Float64Array.BYTES_PER_ELEMENT / width));
  for (let from = start; from < stop; from += step) {
    const to = Math.min(stop, from + step);
    const data = rowsOf(input, from, to);
    const out = rowsOf(output, from, to);
    if (isReturned) out.set(standardised({ data, size: data.length, shape: [to - from, width] }));
    else standardiseRows(data, out, to - from, width);
  }
  parentPort.postMessage('done');
});
