import { parentPort, workerData } from 'node:worker_threads';
import { jobs } from './jobs.mjs';

const { job, transfer } = workerData;
const run = jobs[job];

parentPort.on('message', ({ first, part }) => {
  for (let i = 0; i < part.length; i++) part[i] = run(part[i]);
  parentPort.postMessage({ first, part }, transfer === 'out' ? part.map(({ buffer }) => buffer) : []);
});
