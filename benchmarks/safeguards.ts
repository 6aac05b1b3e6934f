import { parajob } from './harness/contestants.ts';
import { metric, type Question, ratio } from './harness/question.ts';
import { compact } from './harness/table.ts';

const GROUPS = ['claimed', 'posted'];

export const capturing: Question = {
  name: 'capturing',
  asks: 'What does it cost to capture exceptions when there are none?',
  rows: ({ quick }) => {
    const scale = quick ? 10 : 1;
    const claimed = { job: 'square', inputs: 'numbers', nJobs: 1_000_000 / scale, passes: 9 };
    const posted = { job: 'describe', inputs: 'objects', nJobs: 200_000 / scale, passes: 9 };
    const capture = { returnExceptions: true };
    return [
      parajob({ ...claimed, run: { outputDtype: 'float64' } }, 'claimed', 'rejects'),
      parajob({ ...claimed, run: { outputDtype: 'float64', ...capture }, pick: 0 }, 'claimed', 'captures'),
      parajob(posted, 'posted', 'rejects'),
      parajob({ ...posted, run: capture, pick: 0 }, 'posted', 'captures'),
    ];
  },
  columns: [metric('perSecond', 'jobs/s', compact)],
  bars: (all) =>
    GROUPS.map((group) => ({
      says: `${group}: time with captured exceptions over that without`,
      value: ratio(all.median('nsPerJob', 'captures', group), all.median('nsPerJob', 'rejects', group)),
      wanted: 1.05,
      sense: 'at most' as const,
    })),
};
