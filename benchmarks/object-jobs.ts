import {
  chunkedPiscina,
  MANY_IN_FLIGHT,
  POOLS,
  parajob,
  plainLoop,
  pools,
  postedLimit,
} from './harness/contestants.ts';
import { metric, type Question, ratio } from './harness/question.ts';
import { compact } from './harness/table.ts';

export const objectJobs: Question = {
  name: 'object-jobs',
  asks: 'How many jobs from a small object to a small object get done in a second?',
  rows: ({ quick }) => {
    const nJobs = quick ? 20_000 : 200_000;
    const work = { job: 'describe', inputs: 'objects', nJobs };
    return [
      plainLoop(work),
      postedLimit({ ...work, chunk: 500 }),
      parajob(work),
      chunkedPiscina({ ...work, chunk: 500 }),
      ...pools({ ...work, nJobs: nJobs / 10, passes: 3, inFlight: MANY_IN_FLIGHT }),
    ];
  },
  columns: [
    metric('perSecond', 'jobs/s', compact),
    metric('cpuNsPerJob', 'CPU ns a job', (ns) => ns.toFixed(0)),
  ],
  bars: (all) => {
    const ours = all.median('perSecond', 'parajob');
    return [
      {
        says: 'of chunked messages',
        value: ratio(ours, all.median('perSecond', 'limit: chunked messages')),
        wanted: 0.9,
        sense: 'at least',
      },
      {
        says: 'times the best pool',
        value: ratio(ours, all.best('perSecond', POOLS)),
        wanted: 5,
        sense: 'at least',
      },
    ];
  },
};
