import { Piscina } from 'piscina';
import { mapWith } from './in-flight.mjs';

/** `atomics` and `concurrentTasksPerWorker` as its documentation advises for many small tasks and big clones. */
export async function open({ job, threads, inFlight, transfer }) {
  const pool = new Piscina({
    filename: new URL('./piscina-thread.mjs', import.meta.url).href,
    name: transfer === 'out' ? 'moved' : job,
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker: Math.max(1, Math.floor(inFlight / threads)),
    atomics: 'disabled',
    recordTiming: false,
  });
  const call = (input) => pool.run(input, transfer === 'in' ? { transferList: [input.buffer] } : undefined);
  return { map: mapWith(call, inFlight), close: () => pool.destroy() };
}
