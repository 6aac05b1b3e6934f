/** The places where jobs can run. What a runner promises, it promises for each of them. */
export const whereJobsRun = [
  { where: 'in the calling thread', options: { nWorkers: 1 } },
  { where: 'in one thread', options: { nWorkers: 1, singleJobInThread: true } },
  { where: 'in two threads', options: { nWorkers: 2 } },
] as const;

/** Those of them that a job can end, or hold up, without taking the caller along. */
export const threadsOnly = whereJobsRun.slice(1);
