// One way to standardise the rows of a large array in threads, in a process of its own.
import { Worker } from 'node:worker_threads';
import { collect } from './collect.mjs';
import { standardise, standardised } from './standardise.mjs';
import { median, tell } from './tell.mjs';

const spec = JSON.parse(process.argv[2]);
const { threads: nWorkers, nRows, width, passes, way, hasOutput, build = 'parajob' } = spec;
const { SharedArray, splitRows } = await import(build);

const run = { byHand, byHandReturned, splitRows: split, splitRowsReturned: splitReturned }[way]();
const small = SharedArray.zeros('float64', [64, 1000]);
for (let pass = 0; pass < 50; pass++) await run(small, small.copy());

const array = SharedArray.zeros('float64', [nRows, width]);
for (let i = 0; i < array.size; i++) array.data[i] = i % 1009;
// Memory is there once it has been touched: an output at hand has been used before.
const out = hasOutput ? SharedArray.zeros('float64', [nRows, width]) : undefined;
out?.data.fill(1);

collect();
const baseRss = process.memoryUsage.rss();
const times = [];
let peakMb = 0;
for (let pass = 0; pass < passes; pass++) {
  collect();
  const started = performance.now();
  const result = await run(array, out);
  times.push(performance.now() - started);
  check(result.data ?? result);
  // Of the first pass: what earlier passes left behind is not this one's.
  peakMb ||= Math.max(0, process.resourceUsage().maxRSS / 1024 - baseRss / 2 ** 20);
}
const megabytes = array.data.byteLength / 2 ** 20;
tell({ ms: median(times), peakMb, ofData: (peakMb + (hasOutput ? 2 : 1) * megabytes) / (2 * megabytes) });

function split() {
  const intoOut = splitRows(standardise, { out: 1, nWorkers });
  return (rows, output) => intoOut(rows, output ?? SharedArray.zeros('float64', rows.shape));
}

function splitReturned() {
  return splitRows(standardised, { nWorkers });
}

function byHandReturned() {
  return byHand(true);
}

function byHand(isReturned = false) {
  const script = new URL('./standardise-thread.mjs', import.meta.url);
  const threads = Array.from({ length: nWorkers }, () => new Worker(script));
  return async (rows, output = SharedArray.zeros('float64', rows.shape)) => {
    const at = (n) => Math.floor((n * rows.length) / nWorkers);
    const memory = { input: rows.data.buffer, output: output.data.buffer };
    await Promise.all(
      threads.map((thread, n) => {
        const done = new Promise((resolve) => thread.once('message', resolve));
        thread.postMessage({ ...memory, start: at(n), stop: at(n + 1), width: rows.shape[1], isReturned });
        return done;
      }),
    );
    return output;
  };
}

function check(data) {
  for (const row of [0, nRows >> 1, nRows - 1]) {
    const expected = standardised({ ...array.slice(row, row + 1), size: width });
    for (let i = 0; i < width; i += 97) {
      if (data[row * width + i] !== expected[i]) throw new Error(`row ${row} is wrong at ${i}`);
    }
  }
}
