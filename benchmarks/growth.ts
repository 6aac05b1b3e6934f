import { parajob } from './harness/contestants.ts';
import { type Measurements, metric, type Question } from './harness/question.ts';
import { compact } from './harness/table.ts';

const SIZES = [1e3, 1e4, 1e5, 1e6, 1e7];
const MOST_POSTED = 1e6;
const CLAIMED = 'claimed';
const POSTED = 'posted';
const ENDLESS = 'stream over endless inputs';

export const growth: Question = {
  name: 'growth',
  asks: 'Do more jobs cost more each?',
  rows: ({ quick }) => {
    const sizes = quick ? SIZES.slice(0, 3) : SIZES;
    const often = (nJobs: number) => ({ nJobs, passes: nJobs < 1e6 ? 9 : 3, milliseconds: 3000 });
    return [
      ...sizes.map((nJobs) =>
        parajob(
          { job: 'square', inputs: 'sharedNumbers', run: { outputDtype: 'float64' }, ...often(nJobs) },
          groupOf(nJobs),
          CLAIMED,
        ),
      ),
      ...sizes
        .filter((nJobs) => nJobs <= MOST_POSTED)
        .map((nJobs) =>
          parajob({ job: 'describe', inputs: 'objects', ...often(nJobs) }, groupOf(nJobs), POSTED),
        ),
      { label: ENDLESS, group: 'endless', spec: { sample: 'endless', nJobs: quick ? 40_000 : 4_000_000 } },
    ];
  },
  columns: [
    metric('nsPerJob', 'ns a job', (ns) => ns.toFixed(0)),
    metric('peakMb', 'memory on top', (mb) => `${mb.toFixed(0)} MB`),
    metric('growthMb', 'memory grown by', (mb) => `${mb.toFixed(1)} MB`),
    metric('perSecond', 'jobs/s', compact),
  ],
  bars: (all) => {
    const nJobs =
      SIZES.findLast((size) => all.median('peakMb', CLAIMED, groupOf(size)) !== undefined) ?? SIZES[0]!;
    const peakMb = all.median('peakMb', CLAIMED, groupOf(nJobs));
    return [
      {
        says: 'claimed: cost of a job over that in the best smaller run',
        value: steepest(all, CLAIMED),
        wanted: 1.2,
        sense: 'at most',
      },
      {
        says: 'posted: cost of a job over that in the best smaller run',
        value: steepest(all, POSTED),
        wanted: 1.2,
        sense: 'at most',
      },
      {
        says: `bytes a job on top of inputs and outputs, ${compact(nJobs)} claimed`,
        // The results of the pass before are still held while the next are made.
        value: peakMb === undefined ? undefined : (peakMb * 2 ** 20) / nJobs - 2 * 8,
        wanted: 2,
        sense: 'at most',
      },
      {
        says: 'endless inputs: MB grown over three quarters of a run',
        value: all.median('growthMb', ENDLESS, 'endless'),
        wanted: 10,
        sense: 'at most',
      },
    ];
  },
};

function groupOf(nJobs: number): string {
  return nJobs.toLocaleString('en');
}

/** How much more a job costs in any run than in the cheapest one of fewer jobs. */
function steepest(all: Measurements, label: string): number | undefined {
  let cheapest = Number.POSITIVE_INFINITY;
  let worst: number | undefined;
  for (const size of SIZES) {
    const ns = all.median('nsPerJob', label, groupOf(size));
    if (ns === undefined) continue;
    if (cheapest < Number.POSITIVE_INFINITY) worst = Math.max(worst ?? 0, ns / cheapest);
    cheapest = Math.min(cheapest, ns);
  }
  return worst;
}
