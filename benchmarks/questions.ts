import { arrayLock } from './array-lock.ts';
import { arraysIn } from './arrays-in.ts';
import { batchTime } from './batch-time.ts';
import { blockBytes } from './block-bytes.ts';
import { closures } from './closures.ts';
import { faultTime } from './fault-time.ts';
import { groupTime } from './group-time.ts';
import { growth } from './growth.ts';
import type { Question } from './harness/question.ts';
import { jobSize } from './job-size.ts';
import { lookTime } from './look-time.ts';
import { memory } from './memory.ts';
import { objectJobs } from './object-jobs.ts';
import { oneJob } from './one-job.ts';
import { resultsOut } from './results-out.ts';
import { safeguards } from './safeguards.ts';
import { skewedJobs } from './skewed-jobs.ts';
import { smallJobs } from './small-jobs.ts';
import { spanTime } from './span-time.ts';
import { splitRows } from './split-rows.ts';
import { startUp } from './start-up.ts';
import { tinyJobs } from './tiny-jobs.ts';
import { transferSize } from './transfer-size.ts';

/** In the order in which they are asked. */
export const questions: readonly Question[] = [
  tinyJobs,
  objectJobs,
  smallJobs,
  jobSize,
  skewedJobs,
  arraysIn,
  resultsOut,
  splitRows,
  arrayLock,
  oneJob,
  startUp,
  closures,
  growth,
  safeguards,
  faultTime,
  memory,
  spanTime,
  groupTime,
  batchTime,
  transferSize,
  lookTime,
  blockBytes,
];
