import { parentPort, workerData } from 'node:worker_threads';
import { jobs } from './jobs.mjs';

const { job, chunk, rowLength } = workerData;
const run = jobs[job];

parentPort.on('message', ({ inputs, counter, output }) => {
  const nJobs = inputs.length;
  for (;;) {
    const start = Atomics.add(counter, 0, chunk);
    if (start >= nJobs) break;
    const end = Math.min(start + chunk, nJobs);
    if (rowLength === 1) for (let i = start; i < end; i++) output[i] = run(inputs[i]);
    else
      for (let i = start; i < end; i++) run(inputs[i], output.subarray(i * rowLength, (i + 1) * rowLength));
  }
  parentPort.postMessage(undefined);
});
