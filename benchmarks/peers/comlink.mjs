import { Worker } from 'node:worker_threads';
import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { mapWith } from './in-flight.mjs';

/** No pool, but a proxy a thread: the least loaded gets the next, by hand. */
export async function open({ job, threads, inFlight, transfer }) {
  const workers = Array.from({ length: threads }, () => {
    const worker = new Worker(new URL('./comlink-thread.mjs', import.meta.url));
    return { worker, api: Comlink.wrap(nodeEndpoint(worker)), load: 0 };
  });
  const name = transfer === 'out' ? 'moved' : job;
  const call = async (input) => {
    let least = workers[0];
    for (const worker of workers) if (worker.load < least.load) least = worker;
    least.load++;
    const result = await least.api[name](transfer === 'in' ? Comlink.transfer(input, [input.buffer]) : input);
    least.load--;
    return result;
  };
  return {
    map: mapWith(call, inFlight),
    close: () => Promise.all(workers.map(({ worker }) => worker.terminate())),
  };
}
