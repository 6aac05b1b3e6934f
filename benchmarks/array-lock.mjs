/**
 * How many times a second can a lock be taken, and is everyone's share of it the same?
 *
 *   npm run build && node benchmarks/array-lock.mjs
 */
import { JobRunner, partial, SharedArray } from 'parajob';

const ROUNDS = 5;

function takeAlone(times, array) {
  const started = performance.now();
  for (let i = 0; i < times; i++) array.lock.withLockSync(() => array.data[0]++);
  return (times / (performance.now() - started)) * 1000;
}

async function awaitAlone(times, array) {
  const started = performance.now();
  for (let i = 0; i < times; i++) await array.lock.withLock(() => array.data[0]++);
  return (times / (performance.now() - started)) * 1000;
}

/** Takes the lock again and again, from when all have come until one says stop; counts in `turns`. */
function contend(place, turns, flags, nWorkers, milliseconds) {
  Atomics.add(flags.data, 0, 1);
  while (Atomics.load(flags.data, 0) < nWorkers) Atomics.wait(flags.data, 0, -1, 1);
  const until = Date.now() + milliseconds;
  while (Date.now() < until) turns.lock.withLockSync(() => turns.data[place]++);
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
const show = (rate) => `${(rate / 1e6).toPrecision(3)} M/s`;

const array = SharedArray.zeros('int32', 16);
takeAlone(1e6, array);
const alone = median(Array.from({ length: ROUNDS }, () => takeAlone(2e6, array)));
console.log(`nobody else wants it, withLockSync: ${show(alone)} (bar: 1 M/s)`);
const inThread = new JobRunner(partial(takeAlone, array), { nWorkers: 1, singleJobInThread: true });
console.log(
  `the same in a worker:               ${show(median(await inThread.runJobs([1e6, 2e6, 2e6, 2e6])))}`,
);
await awaitAlone(1e5, array);
const awaited = [];
for (let i = 0; i < ROUNDS; i++) awaited.push(await awaitAlone(3e5, array));
console.log(`nobody else wants it, withLock:     ${show(median(awaited))}`);

const nWorkers = 8;
const turns = SharedArray.zeros('int32', nWorkers);
const flags = SharedArray.zeros('int32', 1);
const contender = new JobRunner(partial(contend, turns, flags, nWorkers, 2000), { nWorkers });
await contender.runJobs({ nJobs: nWorkers });
const counts = [...turns.data];
const total = counts.reduce((a, b) => a + b);
console.log(`${nWorkers} workers want it:               ${Math.round(total / 2)} turns a second in all`);
console.log(
  `most / least turns of a worker:     ${(Math.max(...counts) / Math.min(...counts)).toFixed(2)} (bar: 2)`,
);
