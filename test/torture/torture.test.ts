import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyCase } from './case.ts';
import { leftovers } from './leftovers.ts';
import { caseUnderWay, torture } from './torture.ts';

/** Some seconds of what `npm run torture` does for as long as one likes. */
const BUDGET_MS = 6000;

test('whatever becomes of jobs, workers and runs, each place has the outcome of a plain loop, and nothing is left', async () => {
  await fc.assert(
    fc.asyncProperty(anyCase, (given) => torture(given)),
    { numRuns: 40, interruptAfterTimeLimit: BUDGET_MS, skipAllAfterTimeLimit: 15_000 },
  );
  await caseUnderWay();
  expect(await leftovers()).toEqual([]);
}, 60_000);
