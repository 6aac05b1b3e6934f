// The plainest thread there can be: loads a reference with the build and calls what it got.
import { parentPort } from 'node:worker_threads';
import { loadWorker } from '../../dist/internals/worker/load-worker.js';

const brand = Symbol.for('parajob.ParallelWorker');

parentPort.on('message', async ({ reference, captured, input }) => {
  try {
    const { worker: loaded } = await loadWorker(reference, captured);
    const run = loaded.prototype?.[brand] ? (value) => new loaded().paraMethod(value) : loaded;
    parentPort.postMessage({ value: await run(input) });
  } catch (error) {
    const { code, name, message, stack, cause } = error;
    parentPort.postMessage({ error: code ?? name, message, stack, cause });
  }
});
