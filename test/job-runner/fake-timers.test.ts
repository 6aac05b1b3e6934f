import { JobRunner } from 'parajob';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { collect } from '../helpers/collect.ts';
import { failureOf } from '../helpers/failure-of.ts';
import { onStderr } from '../helpers/on-stderr.ts';
import { whereJobsRun } from '../helpers/where-jobs-run.ts';

beforeEach(() => {
  vi.useFakeTimers({
    toFake: [
      'setTimeout',
      'clearTimeout',
      'setInterval',
      'clearInterval',
      'setImmediate',
      'clearImmediate',
      'queueMicrotask',
      'performance',
      'Date',
    ],
  });
});
afterEach(() => {
  vi.useRealTimers();
});

describe.each(whereJobsRun)('%s, while timers and clocks are faked', (_, options) => {
  const hatesEights = new JobRunner((n: number) => {
    if (n === 8) throw new Error('eight');
    return n;
  }, options);

  test('runs come to their end', async () => {
    expect(await hatesEights.runJobs({ nJobs: 5 })).toEqual([0, 1, 2, 3, 4]);
    expect(await hatesEights.runJobs([{} as number, 1])).toEqual([{}, 1]);
    expect(await collect(hatesEights.stream([8]))).toMatchObject([{ status: 'rejected' }]);
    expect(await failureOf(hatesEights.runJobs([8]))).toMatchObject({ place: 0 });
  });

  test('inputs are read ahead, and runners get ready and close', async () => {
    const runner = new JobRunner((n: number) => n, options);
    await runner.ready();
    function* inputs() {
      for (let n = 0; n < 10_000; n++) yield n;
    }
    const run = runner.runJobs(inputs(), { outputDtype: 'float64' });
    await runner.close();
    expect((await run).at(-1)).toBe(9999);
  });

  test('runs with progress do, too', async () => {
    const text = await onStderr(() => hatesEights.runJobs({ nJobs: 5, progress: 'log' }));
    expect(text).toContain('5/5 jobs');
  });

  test('runs can be aborted', async () => {
    const controller = new AbortController();
    const never = new JobRunner(() => new Promise<void>(() => {}), options);
    const run = failureOf(never.runJobs({ nJobs: 1, signal: controller.signal }));
    controller.abort(new Error('enough'));
    expect(await run).toMatchObject({ message: 'enough' });
  });
});
