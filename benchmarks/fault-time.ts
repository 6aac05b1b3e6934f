import { metric, type Question } from './harness/question.ts';
import { milliseconds } from './harness/table.ts';

const FAULTS = {
  exit: 'process.exit',
  timer: 'an exception in a timer',
  memory: 'out of memory',
  endless: 'an endless loop, from its time limit on',
};
const INTERRUPT = 'Ctrl-C: the process ends';
const ABORT = 'the signal is aborted: 100 ms of grace, then the end of threads';
const GROUPS = { 'a thread is left': 2, 'another must start': 1 };

/** What a person takes for at once. */
const SETTLED_MS = 100;
const ENDED_MS = 200;

export const faultTime: Question = {
  name: 'fault-time',
  asks: 'How long after a fault is its run settled?',
  rows: ({ quick }) => {
    const passes = quick ? 1 : 9;
    return [
      ...Object.entries(GROUPS).flatMap(([group, nWorkers]) =>
        Object.entries(FAULTS).map(([fault, label]) => ({
          label,
          group,
          spec: { sample: 'fault' as const, fault, nWorkers, passes },
        })),
      ),
      ...Object.entries({ interrupt: INTERRUPT, abort: ABORT }).map(([fault, label]) => ({
        label,
        group: 'a thread is left',
        spec: { sample: 'fault' as const, fault, nWorkers: 2, passes },
      })),
    ];
  },
  columns: [
    metric('ms', 'took', milliseconds),
    metric('mostMs', 'at most', milliseconds),
    metric('deathMs', 'from the death of the thread on', milliseconds),
    metric('mostDeathMs', 'at most from there', milliseconds),
  ],
  bars: (all) => [
    ...Object.keys(GROUPS).flatMap((group) =>
      Object.values(FAULTS).map((label) => ({
        says: `from the death on: ${label}, ${group}, ms`,
        value: all.median('deathMs', label, group),
        wanted: SETTLED_MS,
        sense: 'at most' as const,
      })),
    ),
    {
      says: `${INTERRUPT}, ms`,
      value: all.median('ms', INTERRUPT, 'a thread is left'),
      wanted: ENDED_MS,
      sense: 'at most',
    },
  ],
};
