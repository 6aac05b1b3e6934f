import { fileURLToPath } from 'node:url';
import { FixedThreadPool } from 'poolifier';
import { mapWith } from './in-flight.mjs';

/** Without its tasks queue, which costs most of its speed and skewed work's second thread. */
export async function open({ job, threads, inFlight, transfer }) {
  if (transfer === 'out') throw new Error('has no way to transfer a result');
  const pool = new FixedThreadPool(
    threads,
    fileURLToPath(new URL('./poolifier-thread.mjs', import.meta.url)),
    { enableTasksQueue: false, errorHandler: console.error },
  );
  const call = (input) => pool.execute(input, job, undefined, transfer === 'in' ? [input.buffer] : undefined);
  return { map: mapWith(call, inFlight), close: () => pool.destroy() };
}
