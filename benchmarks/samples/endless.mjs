// Does a stream over inputs that never end stay in flat memory? What the process holds late, over what it held early.
import { JobRunner } from 'parajob';
import { describe } from '../contestants/jobs.mjs';
import { collect } from './collect.mjs';
import { tell } from './tell.mjs';

const { threads, nJobs } = JSON.parse(process.argv[2]);

function* endless() {
  for (let id = 0; ; id++) yield { id, name: 'channel', x: id, y: 2 * id };
}

let early = 0;
let n = 0;
const start = performance.now();
for await (const outcome of new JobRunner(describe, { nWorkers: threads }).stream(endless())) {
  if (outcome.status !== 'fulfilled') throw outcome.error;
  n++;
  if (n === nJobs / 4) early = held();
  if (n === nJobs) break;
}
tell({ growthMb: held() - early, perSecond: (nJobs / (performance.now() - start)) * 1000 });

function held() {
  collect();
  return process.memoryUsage.rss() / 1024 / 1024;
}
