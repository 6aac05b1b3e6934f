import { fileURLToPath } from 'node:url';
import workerpool from 'workerpool';
import { mapWith } from './in-flight.mjs';

export async function open({ job, threads, inFlight, transfer }) {
  const pool = workerpool.pool(fileURLToPath(new URL('./workerpool-thread.mjs', import.meta.url)), {
    minWorkers: threads,
    maxWorkers: threads,
    workerType: 'thread',
  });
  const name = transfer === 'out' ? 'moved' : job;
  const call = (input) =>
    pool.exec(name, [input], transfer === 'in' ? { transfer: [input.buffer] } : undefined);
  return { map: mapWith(call, inFlight), close: () => pool.terminate(true) };
}
