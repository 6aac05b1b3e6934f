import * as parajob from 'parajob';
import { expect, test } from 'vitest';

test('the public surface is this, and no more', () => {
  expect(Object.keys(parajob).sort()).toMatchInlineSnapshot(`
    [
      "JobError",
      "JobRunner",
      "JobRunnerError",
      "JobTimeoutError",
      "ParallelWorker",
      "SharedArray",
      "WorkerDiedError",
      "fillColumns",
      "log",
      "move",
      "partial",
      "sharedCopy",
      "splitRows",
      "stackResults",
    ]
  `);
});
