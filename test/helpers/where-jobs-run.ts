/** The places where jobs can run, with the options that take them there. What a runner promises, it promises for each. */
export const whereJobsRun = [
  ['in the calling thread', { nWorkers: 1 }],
  ['in one thread', { nWorkers: 1, singleJobInThread: true }],
  ['in two threads', { nWorkers: 2 }],
] as const;

/** Those of them where a job can end, or hold up, nothing but its own thread. */
export const whereThreadsRun = [whereJobsRun[1], whereJobsRun[2]] as const;
