import { metric, type Question } from './harness/question.ts';
import { milliseconds } from './harness/table.ts';

const FOUND = 'finding a first closure, no run';

export const closures: Question = {
  name: 'closures',
  asks: 'What does it cost that a function is found, with its variables, by inspector and parser?',
  rows: () => [
    { label: 'first run of an exported function', spec: { sample: 'closure', run: 'exported' } },
    { label: 'first run of a closure', spec: { sample: 'closure', run: 'closure' } },
    { label: FOUND, spec: { sample: 'closure' } },
  ],
  columns: [
    metric('tookMs', 'took', milliseconds),
    metric('inspectorMs', 'of it, inspector', milliseconds),
    metric('furtherMs', 'another function', milliseconds),
    metric('knownMs', 'known function', milliseconds),
    metric('changedMs', 'one whose variables are assigned', milliseconds),
  ],
  bars: (all) => [
    {
      says: 'first use of the inspector, ms',
      value: all.median('inspectorMs', FOUND),
      wanted: 40,
      sense: 'at most',
    },
    {
      says: 'a further function, the slowest of five, ms',
      value: all.median('furtherMs', FOUND),
      wanted: 5,
      sense: 'at most',
    },
    {
      says: 'a known function, ms',
      value: all.median('knownMs', FOUND),
      wanted: 0.1,
      sense: 'at most',
    },
  ],
};
