import {
  chunkedPiscina,
  claimedLimit,
  MANY_IN_FLIGHT,
  parajob,
  plainLoop,
  pools,
  postedLimit,
} from './harness/contestants.ts';
import { type Measured, type Measurements, metric, type Question } from './harness/question.ts';
import { milliseconds } from './harness/table.ts';

const THREADS = 2;

export const smallJobs: Question = {
  name: 'small-jobs',
  asks: 'How much of two cores do 20,000 jobs of 20 microseconds get?',
  rows: ({ quick, roundsPerMicrosecond }) => {
    const work = {
      job: 'spin',
      inputs: 'rounds',
      nJobs: quick ? 2000 : 20_000,
      rounds: Math.round(20 * roundsPerMicrosecond),
    };
    return [
      plainLoop(work),
      claimedLimit({ ...work, chunk: 16 }),
      postedLimit({ ...work, chunk: 64 }),
      parajob(work),
      parajob({ ...work, job: 'spinBoxed', inputs: 'boxedRounds' }, '', 'parajob, inputs in objects'),
      chunkedPiscina({ ...work, chunk: 64 }),
      ...pools({ ...work, passes: 3, inFlight: MANY_IN_FLIGHT }),
    ];
  },
  columns: [
    { title: 'efficiency', of: efficiency, show: (part) => part.toFixed(3) },
    metric('ms', 'took', milliseconds),
  ],
  bars: (all) => [
    { says: 'efficiency', value: efficiencyOf(all, 'parajob'), wanted: 0.95, sense: 'at least' },
  ],
};

/** The plain loop's time, over the time that the threads had. */
function efficiency(row: Measured, all: Measurements): number | undefined {
  const serial = all.median('ms', 'plain loop');
  const ms = row.metrics.ms?.median;
  if (serial === undefined || ms === undefined) return undefined;
  return serial / (THREADS * ms);
}

function efficiencyOf(all: Measurements, label: string): number | undefined {
  const row = all.rows.find((r) => r.label === label);
  return row && efficiency(row, all);
}
