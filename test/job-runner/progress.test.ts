import { JobRunner, type ProgressBarLike } from 'parajob';
import { describe, expect, test } from 'vitest';
import { failureOf } from '../helpers/failure-of.ts';
import { onStderr } from '../helpers/on-stderr.ts';
import { whereJobsRun } from '../helpers/where-jobs-run.ts';

/** A bar that keeps where it has stood. */
class NotedBar implements ProgressBarLike {
  readonly stood: number[] = [0];
  #total = 0;

  increment(step: number): void {
    this.stood.push((this.stood.at(-1) ?? 0) + step);
  }
  getTotal(): number {
    return this.#total;
  }
  setTotal(total: number): void {
    this.#total = total;
  }
}

describe.each(whereJobsRun)('%s, the progress of a run', (_, options) => {
  test.each([
    ['claimed', { nJobs: 50 }, {}],
    ['claimed, with results in place', { nJobs: 50 }, { outputDtype: 'float64' as const }],
  ])('reaches the number of its jobs: %s', async (_, { nJobs }, output) => {
    const bar = new NotedBar();
    await new JobRunner(Math.sqrt, options).runJobs({ nJobs, ...output, progress: bar });
    expect([bar.stood.at(-1), bar.getTotal()]).toEqual([50, 50]);
  });

  test('reaches it, too, when inputs do not tell their number', async () => {
    const bar = new NotedBar();
    async function* inputs() {
      for (let n = 0; n < 50; n++) yield n;
    }
    await new JobRunner(Math.sqrt, options).runJobs(inputs(), { progress: bar });
    expect([bar.stood.at(-1), bar.getTotal()]).toEqual([50, 50]);
  });

  test('counts failures as done, and shows them', async () => {
    const failing = new JobRunner((n: number) => {
      if (n % 2 === 0) throw new Error('even');
    }, options);
    const text = await onStderr(() => {
      return failing.runJobs({ nJobs: 10, progress: 'log', reraiseExceptions: false, logLevel: 'silent' });
    });
    expect(text).toMatch(/^parajob: 10\/10 jobs \(100 %\) in .*, 5 failed\n$/);
  });

  test('ends with a run that is stopped', async () => {
    const failing = new JobRunner((n: number) => {
      if (n === 3) throw new Error('three');
    }, options);
    const text = await onStderr(() => failureOf(failing.runJobs({ nJobs: 1000, progress: 'log' })));
    expect(text).toMatch(/^parajob: stopped at \d+\/1000 jobs .*1 failed\n$/);
  });
});

test('in threads the bar shows what is done, not what is under way', async () => {
  const bar = new NotedBar();
  const gate = new Int32Array(new SharedArrayBuffer(8));
  const waits = ({ gate }: { gate: Int32Array }) => {
    Atomics.add(gate, 0, 1);
    Atomics.wait(gate, 1, 0);
  };
  const run = new JobRunner(waits, { nWorkers: 2 }).runJobs([{ gate }, { gate }], { progress: bar });
  while (Atomics.load(gate, 0) < 2) await new Promise(setImmediate);
  expect(bar.stood).toEqual([0]);
  Atomics.store(gate, 1, 1);
  Atomics.notify(gate, 1);
  await run;
  expect([bar.stood.at(-1), bar.getTotal()]).toEqual([2, 2]);
});

test('in single-worker mode the bar moves job by job', async () => {
  const bar = new NotedBar();
  (process as { bar?: NotedBar }).bar = bar;
  const slow = () => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 110);
    return (process as { bar?: NotedBar }).bar?.stood.at(-1);
  };
  const stoodWhileRunning = await new JobRunner(slow, { nWorkers: 1 }).runJobs({ nJobs: 4, progress: bar });
  expect(stoodWhileRunning).toEqual([0, 1, 2, 3]);
  expect(bar.stood).toEqual([0, 1, 2, 3, 4]);
});
