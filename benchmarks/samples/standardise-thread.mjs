/** What one would write by hand: a thread for each core, half of the rows for each of two. */
import { parentPort } from 'node:worker_threads';
import { standardiseRows } from './standardise.mjs';

parentPort.on('message', ({ input, output, start, stop, width }) => {
  const from = start * width * Float64Array.BYTES_PER_ELEMENT;
  const data = new Float64Array(input, from, (stop - start) * width);
  standardiseRows(data, new Float64Array(output, from, data.length), stop - start, width);
  parentPort.postMessage('done');
});
