import { fileURLToPath } from 'node:url';
import { Worker } from 'jest-worker';
import { mapWith } from './in-flight.mjs';

export async function open({ job, threads, inFlight, transfer }) {
  if (transfer) throw new Error('has no way to transfer');
  const farm = new Worker(fileURLToPath(new URL('../contestants/jobs.mjs', import.meta.url)), {
    numWorkers: threads,
    enableWorkerThreads: true,
    exposedMethods: [job],
  });
  return { map: mapWith((input) => farm[job](input), inFlight), close: () => farm.end() };
}
