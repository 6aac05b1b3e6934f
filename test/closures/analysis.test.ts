import { JobRunner } from 'parajob';
import { expect, test } from 'vitest';
import { cases } from './analysis.ts';

test.each(cases)('%s gives the same in threads as in the calling thread', async (_what, given, inputs) => {
  const worker: (input: unknown) => unknown = given;
  const inline = await new JobRunner(worker, { nWorkers: 1 }).runJobs(inputs);
  const threads = await new JobRunner(worker, { nWorkers: 2 }).runJobs(inputs);
  // In the realm of its own that vitest may give this file, what comes from a thread has other prototypes.
  expect(threads).toEqual(inline);
});
