/**
 * What does splitRows cost over workers written by hand, on a float64 array of 2 GB?
 *
 *   npm run build && node benchmarks/split-rows.mjs [--quick]
 */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { SharedArray, splitRows } from 'parajob';
import { standardise, standardised } from './samples/standardise.mjs';

const quick = process.argv.includes('--quick');
const rounds = quick ? 3 : 7;
const width = 100_000;
const nRows = quick ? 250 : 2500;
const nWorkers = availableParallelism();

const array = SharedArray.zeros('float64', [nRows, width]);
for (let i = 0; i < array.size; i++) array.data[i] = i % 1009;
const out = SharedArray.zeros('float64', [nRows, width]);
out.data.fill(1);
const megabytes = array.data.byteLength / 1e6;

const threads = Array.from(
  { length: nWorkers },
  () => new Worker(new URL('./samples/standardise-thread.mjs', import.meta.url)),
);

function byHand() {
  const at = (n) => Math.floor((n * nRows) / nWorkers);
  return Promise.all(
    threads.map((thread, n) => {
      const done = new Promise((resolve) => thread.once('message', resolve));
      const memory = { input: array.data.buffer, output: out.data.buffer };
      thread.postMessage({ ...memory, start: at(n), stop: at(n + 1), width });
      return done;
    }),
  );
}

const intoOut = splitRows(standardise, { out: 1, nWorkers });
const returning = splitRows(standardised, { nWorkers });
const rivals = {
  'by hand, into a shared output': byHand,
  'splitRows, into `out`': () => intoOut(array, out),
};

/** Most memory so far, in MB: as the system counts it. */
function peak() {
  return (
    Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? Number.NaN) * 1.024e-3
  );
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
const times = Object.fromEntries(Object.keys(rivals).map((name) => [name, []]));

async function time(name, run) {
  const started = performance.now();
  await run();
  times[name].push(performance.now() - started);
}

function tell(name) {
  const all = times[name];
  const share = median(all) / median(times['by hand, into a shared output']);
  const best = Math.min(...all).toFixed(0);
  console.log(
    `${name.padEnd(36)}${median(all).toFixed(0).padStart(6)} ms, ${share.toFixed(3)} times by hand, best ${best} ms`,
  );
}

for (const run of Object.values(rivals)) await run();
for (let round = 0; round < rounds; round++)
  for (const [name, run] of Object.entries(rivals)) await time(name, run);
for (const name of Object.keys(rivals)) tell(name);
console.log(`array and output ${(2 * megabytes).toFixed(0)} MB, most memory ${peak().toFixed(0)} MB`);

// Its output comes on top of the one above.
const joining = 'splitRows, joining what is returned';
times[joining] = [];
await time(joining, () => returning(array));
tell(joining);
console.log(`array and two outputs ${(3 * megabytes).toFixed(0)} MB, most memory ${peak().toFixed(0)} MB`);
for (const thread of threads) thread.unref();
