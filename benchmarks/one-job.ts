import { parajob, pools, postedLimit } from './harness/contestants.ts';
import { metric, type Question, ratio } from './harness/question.ts';

const ONE = 'one job';
const TEN = 'a new runner, ten jobs';

export const oneJob: Question = {
  name: 'one-job',
  asks: 'How long does a run of one job take once threads are up, and a runner made for ten inputs?',
  rows: ({ quick }) => {
    const passes = quick ? 100 : 1000;
    const one = { job: 'square', inputs: 'plainNumbers', nJobs: 1, passes, milliseconds: 3000, inFlight: 1 };
    const ten = { ...one, nJobs: 10, inFlight: 10 };
    return [
      postedLimit(one, ONE),
      parajob(one, ONE),
      parajob({ ...one, job: 'describe', inputs: 'objects' }, ONE, 'parajob, object in and out'),
      ...pools(one, ONE),
      parajob({ ...ten, perPass: true }, TEN),
      parajob(
        { ...ten, perPass: true, job: 'describe', inputs: 'objects' },
        TEN,
        'parajob, object in and out',
      ),
      ...pools(ten, TEN),
    ];
  },
  columns: [metric('ms', 'took', (ms) => `${(ms * 1000).toFixed(0)} us`)],
  bars: (all) => [
    {
      says: 'one job, times a task of piscina',
      value: ratio(all.median('ms', 'parajob', ONE), all.median('ms', 'piscina', ONE)),
      wanted: 1.5,
      sense: 'at most',
    },
    {
      says: 'a new runner with ten jobs, ms',
      value: all.median('ms', 'parajob', TEN),
      wanted: 0.5,
      sense: 'at most',
    },
  ],
  elsewhere: [
    'one job, warm: MPIRE 123 - 147 us, joblib 3.7 - 24 ms, ProcessPoolExecutor 91 - 238 us, multiprocessing.Pool 56 - 132 us (2 workers, 2 cores, 3 runs)',
  ],
};
