import { Worker } from 'node:worker_threads';

/**
 * What hand-written code on bare threads can do: lanes take `chunk` places at a time from an atomic counter, read
 * shared inputs and write shared outputs. The chunk is chosen by hand for each kind of work.
 */
export async function open({ job, threads, chunk = 1, rowLength = 1, ownOutput }) {
  const workers = Array.from({ length: threads }, () => start({ job, chunk, rowLength }));
  let kept;
  return {
    map: async (inputs) => {
      const counter = new Int32Array(new SharedArrayBuffer(4));
      const isNew = !(ownOutput && kept);
      const output = isNew ? shared(inputs.length * rowLength) : kept;
      if (ownOutput) kept = output;
      const task = { inputs: typeof inputs[0] === 'number' ? pack(inputs) : inputs, counter, output };
      await Promise.all(workers.map((worker) => done(worker, task)));
      return output;
    },
    close: () => Promise.all(workers.map((worker) => worker.terminate())),
  };
}

function start(workerData) {
  return new Worker(new URL('./limit-claimed-thread.mjs', import.meta.url), { workerData });
}

function done(worker, task) {
  return new Promise((resolve) => {
    worker.once('message', resolve);
    worker.postMessage(task);
  });
}

function pack(inputs) {
  if (inputs.buffer instanceof SharedArrayBuffer) return inputs;
  const packed = shared(inputs.length);
  packed.set(inputs);
  return packed;
}

function shared(length) {
  return new Float64Array(new SharedArrayBuffer(8 * length));
}
