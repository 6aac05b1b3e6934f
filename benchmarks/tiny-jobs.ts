import {
  chunkedPiscina,
  claimedLimit,
  MANY_IN_FLIGHT,
  POOLS,
  parajob,
  plainLoop,
  pools,
} from './harness/contestants.ts';
import { metric, type Question, ratio, type Setting } from './harness/question.ts';
import { compact } from './harness/table.ts';

const OWN = 'own arrays';
const SHARED = 'shared arrays';

export const tinyJobs: Question = {
  name: 'tiny-jobs',
  asks: 'How many jobs that do next to nothing (x => x * x) get done in a second?',
  rows: ({ quick }: Setting) => {
    const nJobs = quick ? 200_000 : 1_000_000;
    const work = { job: 'square', inputs: 'numbers', nJobs, passes: 9 };
    const limit = { ...work, chunk: 4096 };
    const written = { run: { outputDtype: 'float64' } };
    // A message each makes the rate, not how many there are: a tenth of them keeps rivals' rows in seconds.
    const fewer = { ...work, nJobs: nJobs / 10, passes: 3, inFlight: MANY_IN_FLIGHT };
    return [
      plainLoop({ ...work, output: true }, OWN),
      {
        label: 'Array.prototype.map',
        group: OWN,
        spec: { contestant: 'contestants/serial', ...work, inputs: 'plainNumbers', method: 'map' },
      },
      claimedLimit(limit, OWN),
      parajob({ ...work, ...written }, OWN),
      parajob(work, OWN, 'parajob, results in an array'),
      chunkedPiscina({ ...work, chunk: 4096 }, OWN),
      ...pools(fewer, OWN),
      claimedLimit({ ...limit, inputs: 'sharedNumbers', ownOutput: true }, SHARED),
      parajob({ ...work, inputs: 'sharedNumbers', ownOutput: true }, SHARED),
    ];
  },
  columns: [
    metric('perSecond', 'jobs/s', compact),
    metric('cpuNsPerJob', 'CPU ns a job', (ns) => ns.toFixed(0)),
  ],
  bars: (all) => {
    const ours = all.median('perSecond', 'parajob', OWN);
    const limit = (group: string) => all.median('perSecond', 'limit: atomic counter', group);
    return [
      {
        says: 'of the limit that packs and allocates',
        value: ratio(ours, limit(OWN)),
        wanted: 0.5,
        sense: 'at least',
      },
      {
        says: 'times the best pool',
        value: ratio(ours, all.best('perSecond', POOLS, OWN)),
        wanted: 50,
        sense: 'at least',
      },
      {
        says: 'times Array.prototype.map',
        value: ratio(ours, all.median('perSecond', 'Array.prototype.map', OWN)),
        wanted: 1,
        sense: 'at least',
      },
      {
        says: 'of the limit with input and output shared before',
        value: ratio(all.median('perSecond', 'parajob', SHARED), limit(SHARED)),
        wanted: 0.4,
        sense: 'at least',
      },
    ];
  },
  elsewhere: [
    'ecogdata.parallel.jobrunner (Python, the ancestor): 900 jobs/s, by its sleep of 1 ms a result',
    'MPIRE, default batching: 37 k - 175 k jobs/s; joblib (loky): 23 k - 56 k; ProcessPoolExecutor: 8 k - 15 k; multiprocessing.Pool: 1.2 M - 2 M (20,000 trivial jobs, 2 workers, 2 cores, 3 runs)',
  ],
};
