import { Pool, spawn, Transfer, Worker } from 'threads';
import { mapWith } from './in-flight.mjs';

export async function open({ job, threads, inFlight, transfer }) {
  const pool = Pool(() => spawn(new Worker('./threads-thread.mjs')), {
    size: threads,
    concurrency: Math.max(1, Math.floor(Math.min(inFlight, 64) / threads)),
  });
  const name = transfer === 'out' ? 'moved' : job;
  const call = (input) =>
    pool.queue((worker) => worker[name](transfer === 'in' ? Transfer(input, [input.buffer]) : input));
  return {
    map: mapWith((input) => Promise.resolve(call(input)), inFlight),
    close: () => pool.terminate(true),
  };
}
