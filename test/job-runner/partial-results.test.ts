import { JobRunner } from 'parajob';
import { describe, expect, test } from 'vitest';
import { failureOf } from '../helpers/failure-of.ts';
import { whereJobsRun } from '../helpers/where-jobs-run.ts';

interface Stopped {
  readonly results: ArrayLike<unknown>;
  readonly completed: readonly number[];
}

/** The last place waits until all others have had their turn, and fails. */
const failsLast = async (n: number): Promise<number> => {
  if (n < 9) return 2 * n;
  const { setTimeout } = await import('node:timers/promises');
  await setTimeout(100);
  throw new Error('last');
};
const waitsLast = (n: number): number | Promise<number> => (n < 9 ? 2 * n : new Promise<number>(() => {}));

const inputs = Array.from({ length: 10 }, (_, n) => n);
const firstNine = inputs.slice(0, 9);

describe.each(whereJobsRun)('%s, a run that is stopped', (_, options) => {
  test('by a failure tells what there was', async () => {
    const error = (await failureOf(new JobRunner(failsLast, options).runJobs(inputs))) as Stopped;
    expect(error.completed).toEqual(firstNine);
    expect(Array.from(error.results).slice(0, 9)).toEqual(firstNine.map((n) => 2 * n));
    expect(Object.keys(error as object)).not.toContain('results');
  });

  test('by its signal tells what there was, in its reason', async () => {
    const controller = new AbortController();
    const runner = new JobRunner(waitsLast, options);
    const seen = runner.runJobs(inputs, { signal: controller.signal });
    // The one job that waits does so for ever: whatever else there is has come in by then.
    setTimeout(() => controller.abort(new Error('enough')), 200);
    const error = (await failureOf(seen)) as Stopped & Error;
    expect(error.message).toBe('enough');
    expect(error.completed).toEqual(firstNine);
    expect(Array.from(error.results).slice(0, 9)).toEqual(firstNine.map((n) => 2 * n));
  });

  test('by its signal rejects with a reason that has no room for more, as it is', async () => {
    const controller = new AbortController();
    const run = new JobRunner(waitsLast, options).runJobs(inputs, { signal: controller.signal });
    controller.abort('enough');
    expect(await failureOf(run)).toBe('enough');
  });

  test('tells it of results in place, too', async () => {
    const error = (await failureOf(
      new JobRunner(failsLast, options).runJobs(inputs, { outputDtype: 'float64' }),
    )) as Stopped;
    expect(error.completed).toEqual(firstNine);
    expect(Array.from(error.results).slice(0, 9)).toEqual(firstNine.map((n) => 2 * n));
  });

  test('does not tell of a job that failed after that as if it had a result', async () => {
    const gate = new Int32Array(new SharedArrayBuffer(8));
    const controller = new AbortController();
    const fails = async (gate: Int32Array) => {
      Atomics.store(gate, 0, 1);
      while (Atomics.load(gate, 1) === 0) await new Promise(setImmediate);
      throw new Error('too late');
    };
    const run = new JobRunner(fails, options).runJobs([gate], { signal: controller.signal });
    while (Atomics.load(gate, 0) === 0) await new Promise(setImmediate);
    controller.abort(new Error('enough'));
    Atomics.store(gate, 1, 1);
    const error = (await failureOf(run)) as Stopped & Error;
    expect(error.message).toBe('enough');
    expect(error.completed).toEqual([]);
  });

  test('does not tell of a job that was to be tried again as if it had a result', async () => {
    const controller = new AbortController();
    // Runs for as long as it may, so that the time for another try comes in between.
    const failsFirst = (n: number) => {
      if (n === 0) throw new Error('not yet');
      return new Promise<number>(() => {});
    };
    const retries = {
      limit: 1,
      delay: 20,
      when: () => Boolean(setTimeout(() => controller.abort(new Error('enough')), 1)),
    };
    const run = new JobRunner(failsFirst, options).runJobs([0, 1], { signal: controller.signal, retries });
    const error = (await failureOf(run)) as Stopped & Error;
    expect(error.message).toBe('enough');
    expect(error.completed).toEqual([]);
  });
});
