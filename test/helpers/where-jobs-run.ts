/** A place where jobs can run, and the options that take them there. */
export type Where = readonly [
  name: string,
  options: { readonly nWorkers: number; readonly singleJobInThread?: boolean },
];

export const inCallingThread: Where = ['in the calling thread', { nWorkers: 1 }];
const inOneThread: Where = ['in one thread', { nWorkers: 1, singleJobInThread: true }];
const inTwoThreads: Where = ['in two threads', { nWorkers: 2 }];

/** What a runner promises, it promises for each of these. */
export const whereJobsRun: readonly Where[] = [inCallingThread, inOneThread, inTwoThreads];

/** Those of them where a job can end, or hold up, nothing but its own thread. */
export const whereThreadsRun: readonly Where[] = [inOneThread, inTwoThreads];
