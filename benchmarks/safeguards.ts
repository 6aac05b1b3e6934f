import { parajob } from './harness/contestants.ts';
import { metric, type Question } from './harness/question.ts';
import { compact } from './harness/table.ts';

const CAPTURE = { returnExceptions: true };
// Longer than any job here: what is measured is the watch, not what it does.
const TIMEOUT = { timeout: 1000 };
const RETRIES = { retries: 2 };

const SAFEGUARDS = {
  nothing: { run: {} },
  capture: { run: CAPTURE, pick: 0 },
  timeout: { run: TIMEOUT },
  retries: { run: RETRIES },
  'all three': { run: { ...CAPTURE, ...TIMEOUT, ...RETRIES }, pick: 0 },
};
const GROUPS = ['claimed', 'posted'];

export const safeguards: Question = {
  name: 'safeguards',
  asks: 'What do captured exceptions, time limits and retries cost while nothing goes wrong?',
  rows: ({ quick }) => {
    const scale = quick ? 10 : 1;
    const claimed = {
      job: 'square',
      // Shared, in and out: what memory takes differs more from pass to pass than anything here.
      inputs: 'sharedNumbers',
      ownOutput: true,
      nJobs: 1_000_000 / scale,
      rounds: quick ? 1 : 15,
    };
    const posted = { job: 'describe', inputs: 'objects', nJobs: 50_000 / scale, rounds: quick ? 1 : 4 };
    return Object.entries(SAFEGUARDS).flatMap(([label, options]) => [
      parajob({ sample: 'beside', ...claimed, options }, 'claimed', label),
      parajob({ sample: 'beside', ...posted, options }, 'posted', label),
    ]);
  },
  columns: [
    metric('perSecond', 'jobs/s', compact),
    metric('overPlain', 'time over that without', (times) => times.toFixed(3)),
  ],
  bars: (all) =>
    GROUPS.flatMap((group) =>
      Object.keys(SAFEGUARDS).map((label) => ({
        says: `${group}: time with ${label} over that without`,
        value: all.median('overPlain', label, group),
        wanted: 1.05,
        sense: 'at most' as const,
      })),
    ),
};
