import { lineChart } from './harness/chart.ts';
import {
  chunkedPiscina,
  claimedLimit,
  MANY_IN_FLIGHT,
  POOLS,
  parajob,
  plainLoop,
  pools,
  postedLimit,
} from './harness/contestants.ts';
import { type Measurements, metric, type Question, ratio } from './harness/question.ts';
import { compact } from './harness/table.ts';

/** Microseconds. */
const SIZES = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 1000];
const QUICK_SIZES = new Set([0.1, 1, 10, 100]);
const WORTH_IT = 1.5;
const POSTED = 'parajob, posted';

export const jobSize: Question = {
  name: 'job-size',
  asks: 'From which size of a job on are two threads worth it, and how many jobs a second do they do?',
  rows: ({ quick, roundsPerMicrosecond }) =>
    SIZES.filter((size) => !quick || QUICK_SIZES.has(size)).flatMap((size) => {
      const serialMicroseconds = quick ? 20_000 : 200_000;
      const nJobs = Math.round(serialMicroseconds / size);
      const rounds = Math.max(1, Math.round(size * roundsPerMicrosecond));
      const work = { job: 'spin', inputs: 'rounds', rounds, nJobs, passes: 3, milliseconds: 500 };
      const boxed = { ...work, job: 'spinBoxed', inputs: 'boxedRounds', nJobs: Math.min(nJobs, 400_000) };
      const chunk = Math.max(1, Math.min(1024, Math.round(500 / size)));
      const group = groupOf(size);
      return [
        plainLoop(work, group),
        claimedLimit({ ...work, chunk }, group),
        postedLimit({ ...boxed, chunk }, group),
        parajob(work, group),
        parajob(boxed, group, POSTED),
        chunkedPiscina({ ...boxed, chunk }, group),
        ...pools({ ...work, nJobs: Math.min(nJobs, quick ? 2000 : 20_000), inFlight: MANY_IN_FLIGHT }, group),
      ];
    }),
  columns: [
    metric('perSecond', 'jobs/s', compact),
    {
      title: 'times a plain loop',
      of: ({ label, group }, all) => speedup(all, label, group),
      show: (times) => times.toFixed(2),
    },
  ],
  bars: (all) => [
    {
      says: 'break-even of claimed jobs, in microseconds',
      value: breakEven(all, 'parajob'),
      wanted: 1,
      sense: 'at most',
    },
    {
      says: 'break-even of posted jobs, in microseconds',
      value: breakEven(all, POSTED),
      wanted: 5,
      sense: 'at most',
    },
    {
      says: 'break-even of posted jobs, times that of the best pool',
      value: ratio(
        breakEven(all, POSTED),
        Math.min(...POOLS.map((pool) => breakEven(all, pool) ?? Number.POSITIVE_INFINITY)),
      ),
      wanted: 1,
      sense: 'at most',
    },
  ],
  charts: (all) => ({
    'job-size.svg': lineChart({
      title: 'Jobs a second against the size of a job, two threads',
      x: 'microseconds of work in a job',
      y: 'jobs a second',
      xs: SIZES,
      lines: ['parajob', POSTED, 'piscina, chunked by hand', ...POOLS, 'plain loop'].map((label) => ({
        label,
        isOurs: label.startsWith('parajob'),
        isDashed: label === 'plain loop',
        ys: SIZES.map((size) => all.median('perSecond', label, groupOf(size))),
      })),
    }),
  }),
};

function groupOf(size: number): string {
  return `${size} us`;
}

function speedup(all: Measurements, label: string, group: string): number | undefined {
  return ratio(all.median('nsPerJob', 'plain loop', group), all.median('nsPerJob', label, group));
}

/** The smallest size from which on two threads are worth it. */
function breakEven(all: Measurements, label: string): number | undefined {
  let smallest: number | undefined;
  for (const size of SIZES.toReversed()) {
    const times = speedup(all, label, groupOf(size));
    if (times === undefined || times < WORTH_IT) break;
    smallest = size;
  }
  return smallest;
}
