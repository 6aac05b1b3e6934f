// Is shared memory given back? Many runs, each over a large shared array of its own.
import { JobRunner, SharedArray } from 'parajob';
import { variance } from '../contestants/jobs.mjs';
import { tell } from './tell.mjs';

const { threads, nRuns, megabytes } = JSON.parse(process.argv[2]);

const runner = new JobRunner(variance, { nWorkers: threads });
await runner.runJobs(SharedArray.zeros('float64', [threads, 100]));
const base = process.memoryUsage.rss();
for (let i = 0; i < nRuns; i++) {
  const data = SharedArray.zeros('float64', [megabytes, 131_072]);
  // Memory counts once it is touched.
  data.data.fill(i);
  await runner.runJobs(data);
}
tell({ peakMb: process.resourceUsage().maxRSS / 1024 - base / 1024 / 1024 });
