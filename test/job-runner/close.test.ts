import { threadId } from 'node:worker_threads';
import { JobRunner, type JobRunnerError, ParallelWorker } from 'parajob';
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

class NeverReady extends ParallelWorker {
  override init(): Promise<void> {
    return new Promise(() => {});
  }
  paraMethod(n: number): number {
    return n;
  }
}

class GivesFunction extends ParallelWorker {
  paraMethod(n: number): number {
    return n;
  }
  override exit(): unknown {
    return () => 1;
  }
}

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

  test('waits for inputs that are read ahead, and for the run of them', async () => {
    async function* inputs() {
      yield 1;
      await new Promise(setImmediate);
      yield 2;
    }
    const runner = new JobRunner(double, options);
    const run = runner.runJobs(inputs(), { outputDtype: 'float64' });
    await runner.close();
    expect(await run).toEqual(Float64Array.of(2, 4));
  });

  test('at once leaves each run its own results', async () => {
    const runner = new JobRunner(doubleLater, options);
    const runs = [runner.runJobs({ nJobs: 3000 }), runner.runJobs([100, 200])].map(failureOf);
    await new Promise(setImmediate);
    await runner.close({ abort: true });
    const [one, other] = (await Promise.all(runs)) as [JobRunnerError, JobRunnerError];
    expect(one).not.toBe(other);
    expect(one).toMatchObject({ code: 'RUNNER_CLOSED' });
    for (const place of one.completed!) expect((one.results as number[])[place]).toBe(2 * place);
    expect((other.results as unknown[]).length).toBeLessThanOrEqual(2);
    expect((one.results as unknown[]).length).toBe(3000);
  });

  test('at once does not wait for inputs that do not come', async () => {
    const stuck = () => ({
      [Symbol.asyncIterator]: () => ({ next: () => new Promise<IteratorResult<number>>(() => {}) }),
    });
    const runner = new JobRunner(double, options);
    const runs = [
      runner.runJobs(stuck(), { outputDtype: 'float64' }),
      runner.runJobs(stuck(), { costOf: () => 1 }),
    ];
    const failures = Promise.all(runs.map(failureOf));
    await runner.close({ abort: true });
    for (const failure of await failures) expect(failure).toMatchObject({ code: 'RUNNER_CLOSED' });
  });

  test('at once does not wait for a worker that does not get ready', async () => {
    for (const start of [
      (runner: JobRunner<typeof NeverReady>) => runner.ready(),
      (runner: JobRunner<typeof NeverReady>) => runner.runJobs([1]),
    ]) {
      const runner = new JobRunner(NeverReady, options);
      const failure = failureOf(start(runner));
      await new Promise(setImmediate);
      await runner.close({ abort: true });
      expect(await failure).toMatchObject({ code: 'RUNNER_CLOSED' });
    }
  });

  test('rejects if what an exit returns cannot cross', async () => {
    const runner = new JobRunner(GivesFunction, options);
    await runner.runJobs([1]);
    expect(await failureOf(runner.close())).toMatchObject({
      name: 'JobRunnerError',
      code: 'RESULT_NOT_CLONEABLE',
    });
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
