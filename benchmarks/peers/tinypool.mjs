import Tinypool from 'tinypool';
import { mapWith } from './in-flight.mjs';

export async function open({ job, threads, inFlight, transfer }) {
  const pool = new Tinypool({
    filename: new URL('./tinypool-thread.mjs', import.meta.url).href,
    name: transfer === 'out' ? 'moved' : job,
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker: Math.max(1, Math.floor(inFlight / threads)),
  });
  const call = (input) => pool.run(input, transfer === 'in' ? { transferList: [input.buffer] } : undefined);
  return { map: mapWith(call, inFlight), close: () => pool.destroy() };
}
