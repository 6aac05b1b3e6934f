// How many times a second a lock can be taken, and how even the shares of those who want it are.
import { JobRunner, partial, SharedArray } from 'parajob';
import { median, tell } from './tell.mjs';

const ROUNDS = 5;

const { way, nWorkers, times, milliseconds } = JSON.parse(process.argv[2]);
tell(await { alone, inThread, awaited, contended }[way]());

async function alone() {
  return { perSecond: await rate((n) => takeAlone(n, SharedArray.zeros('int32', 16))) };
}

async function inThread() {
  const runner = new JobRunner(partial(takeAlone, SharedArray.zeros('int32', 16)), {
    nWorkers: 1,
    singleJobInThread: true,
  });
  return { perSecond: await rate(async (n) => (await runner.runJobs([n]))[0]) };
}

async function awaited() {
  return { perSecond: await rate((n) => awaitAlone(n, SharedArray.zeros('int32', 16))) };
}

async function contended() {
  const turns = SharedArray.zeros('int32', nWorkers);
  const flags = SharedArray.zeros('int32', 1);
  const contender = new JobRunner(partial(contend, turns, flags, nWorkers, milliseconds), { nWorkers });
  await contender.runJobs({ nJobs: nWorkers });
  const counts = [...turns.data];
  const total = counts.reduce((a, b) => a + b);
  return { perSecond: total / (milliseconds / 1000), mostToLeast: Math.max(...counts) / Math.min(...counts) };
}

async function rate(take) {
  await take(times);
  const rates = [];
  for (let round = 0; round < ROUNDS; round++) rates.push(await take(times));
  return median(rates);
}

function takeAlone(n, array) {
  const started = performance.now();
  for (let i = 0; i < n; i++) array.lock.withLockSync(() => array.data[0]++);
  return (n / (performance.now() - started)) * 1000;
}

async function awaitAlone(n, array) {
  const started = performance.now();
  for (let i = 0; i < n; i++) await array.lock.withLock(() => array.data[0]++);
  return (n / (performance.now() - started)) * 1000;
}

/** Takes the lock again and again, from when all have come until one says stop; counts in `turns`. */
function contend(place, turns, flags, nWorkers, milliseconds) {
  Atomics.add(flags.data, 0, 1);
  while (Atomics.load(flags.data, 0) < nWorkers) Atomics.wait(flags.data, 0, -1, 1);
  const until = Date.now() + milliseconds;
  while (Date.now() < until) turns.lock.withLockSync(() => turns.data[place]++);
}
