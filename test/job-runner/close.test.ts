import { threadId } from 'node:worker_threads';
import { JobRunner } from 'parajob';
import { describe, expect, test } from 'vitest';
import { LifeWorker } from '../fixtures/jobs/life-worker.ts';
import { collect } from '../helpers/collect.ts';
import { failureOf } from '../helpers/failure-of.ts';
import { whereJobsRun, whereThreadsRun } from '../helpers/where-jobs-run.ts';

const double = (n: number) => 2 * n;
const doubleLater = async (n: number) => {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
  return 2 * n;
};

describe.each(whereJobsRun)('%s, closing a runner', (_, options) => {
  test('refuses further runs', async () => {
    const runner = new JobRunner(double, options);
    await runner.runJobs([1]);
    await runner.close();
    for (const run of [
      runner.runJobs([1]),
      collect(runner.stream([1])),
      runner.submittingJobs((submit) => submit(1)),
    ]) {
      expect(await failureOf(run)).toMatchObject({ name: 'JobRunnerError', code: 'RUNNER_CLOSED' });
    }
  });

  test('waits for runs that are under way, and loses none of their results', async () => {
    const runner = new JobRunner(doubleLater, options);
    const events: string[] = [];
    const run = runner.runJobs({ nJobs: 20 }).then((results) => {
      events.push('run');
      return results;
    });
    await runner.close().then(() => events.push('close'));
    expect(events).toEqual(['run', 'close']);
    expect(await run).toEqual(Array.from({ length: 20 }, (_, n) => 2 * n));
  });

  test('waits for runs that fail, too', async () => {
    const runner = new JobRunner(async (n: number) => {
      await new Promise(setImmediate);
      throw new Error(`no ${n}`);
    }, options);
    const failure = failureOf(runner.runJobs([1]));
    await runner.close();
    expect(await failure).toMatchObject({ message: 'job 0 failed: no 1' });
  });

  test('can be done twice, before any run, and by await using', async () => {
    const runner = new JobRunner(double, options);
    await Promise.all([runner.close(), runner.close()]);
    await runner.close();
    let kept: JobRunner<typeof double>;
    {
      await using scoped = new JobRunner(double, options);
      kept = scoped;
      expect(await scoped.runJobs([1])).toEqual([2]);
    }
    expect(await failureOf(kept.runJobs([1]))).toMatchObject({ code: 'RUNNER_CLOSED' });
  });

  test('lets each instance of its worker exit, once', async () => {
    const counts = new Int32Array(new SharedArrayBuffer(16));
    const runner = new JobRunner(LifeWorker, { ...options, workerArgs: [counts] });
    await runner.runJobs({ nJobs: 100 });
    expect(counts[2]).toBe(0);
    await runner.close();
    await runner.close();
    expect(counts[2]).toBe(counts[0]);
  });
});

describe.each(whereThreadsRun)('%s, closing a runner', (_, options) => {
  const whichThread = () => threadId;

  test('ends threads that are its own', async () => {
    const env = { ...process.env, PARAJOB_TEST: 'close' };
    const runner = new JobRunner(whichThread, { ...options, env });
    const own = new Set(await runner.runJobs({ nJobs: 20 }));
    await runner.close();
    const others = await new JobRunner(whichThread, { ...options, env }).runJobs({ nJobs: 20 });
    expect(others.some((id) => own.has(id))).toBe(false);
  });
});

test('closing a runner leaves its thread to others, if it is not its own', async () => {
  const options = { nWorkers: 1, singleJobInThread: true };
  const first = new JobRunner(() => threadId, options);
  const before = await first.runJobs({ nJobs: 1 });
  await first.close();
  expect(await new JobRunner(() => threadId, options).runJobs({ nJobs: 1 })).toEqual(before);
});
