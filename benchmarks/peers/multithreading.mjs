import { jobs } from '../contestants/jobs.mjs';
import { mapWith } from './in-flight.mjs';

/** Takes functions, not a file. On Node 20 it needs what later Nodes have. */
export async function open({ job, threads, inFlight, inputs }) {
  Promise.withResolvers ??= () => {
    const made = {};
    made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
    return made;
  };
  globalThis.navigator ??= { hardwareConcurrency: threads };
  const { initRuntime, move, shutdown, spawn } = await import('multithreading');
  initRuntime({ maxWorkers: threads });
  const run = jobs[job];
  const call = async (input) => {
    const { ok, value, error } = await spawn(move(input), run).join();
    if (!ok) throw error;
    return value;
  };
  return { map: mapWith(call, inFlight), close: () => shutdown(), usesUp: inputs === 'arrays' };
}
