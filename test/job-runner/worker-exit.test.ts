import { JobRunner, ParallelWorker, partial, SharedArray } from 'parajob';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { failureOf } from '../helpers/failure-of.ts';
import { whereJobsRun } from '../helpers/where-jobs-run.ts';

/** Numbers its own jobs, and tells at its exit how many there were. */
class Tally extends ParallelWorker {
  #n = 0;

  paraMethod(_input: unknown): number {
    this.#n++;
    return this.#n;
  }

  override async exit(): Promise<number> {
    await new Promise(setImmediate);
    return this.#n;
  }
}

const oneThread = { nWorkers: 1, singleJobInThread: true };

test('a worker whose thread is ended before its runner is closed has its exit, and its value is kept', async () => {
  const runner = new JobRunner(Tally, oneThread);
  await runner.runJobs({ nJobs: 3 });
  await JobRunner.reset();
  await runner.runJobs({ nJobs: 4 });
  await runner.close();
  expect(runner.exitResults).toEqual([3, 4]);
});

test('a worker whose thread another runner wears out has its exit, and its value is kept', async () => {
  const runner = new JobRunner(Tally, oneThread);
  await runner.runJobs({ nJobs: 3 });
  await new JobRunner((n: number) => n, { ...oneThread, maxJobsPerWorker: 2 }).runJobs({ nJobs: 6 });
  await runner.close();
  expect(runner.exitResults).toEqual([3]);
});

test('a runner that is closed waits for the exits of threads that are just leaving', async () => {
  const runner = new JobRunner(Tally, oneThread);
  await runner.runJobs({ nJobs: 3 });
  const leaving = JobRunner.reset();
  await runner.close();
  expect(runner.exitResults).toEqual([3]);
  await leaving;
});

test('a worker whose runner is closed just when its thread leaves has its exit once', async () => {
  const runner = new JobRunner(Tally, oneThread);
  await runner.runJobs({ nJobs: 3 });
  await Promise.all([JobRunner.reset(), runner.close()]);
  expect(runner.exitResults).toEqual([3]);
});

test('a worker whose thread is with another runner’s jobs that never wait has its exit between them', async () => {
  const runner = new JobRunner(Tally, oneThread);
  await runner.runJobs({ nJobs: 3 });
  const gate = SharedArray.zeros('int32', 2);
  const [waits, goOn] = [0, 1];
  const other = new JobRunner(
    partial((_input: object, { data }: SharedArray<'int32'>) => {
      Atomics.store(data, waits, 1);
      Atomics.wait(data, goOn, 0);
    }, gate),
    oneThread,
  );
  const running = other.runJobs(Array.from({ length: 200 }, () => ({})));
  await vi.waitUntil(() => gate.data[waits] === 1, { interval: 1 });
  const closing = runner.close();
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
  Atomics.store(gate.data, goOn, 1);
  Atomics.notify(gate.data, goOn);
  await closing;
  expect(runner.exitResults).toEqual([3]);
  await running;
});

class Fatal extends ParallelWorker {
  paraMethod(n: number): number {
    return n;
  }

  override exit(): void {
    process.exit(3);
  }
}

test('an exit that ends its thread is told of, and the others have theirs', async () => {
  const runner = new JobRunner(Fatal, oneThread);
  const other = new JobRunner(Tally, { nWorkers: 2 });
  await runner.runJobs({ nJobs: 1 });
  await other.runJobs({ nJobs: 8 });
  await expect(runner.close()).rejects.toMatchObject({
    code: 'WORKER_DIED',
    message: expect.stringContaining('before the exit of its worker was through: exit code 3'),
  });
  expect(await new JobRunner((n: number) => n, oneThread).runJobs({ nJobs: 2 })).toEqual([0, 1]);
});

class Stubborn extends ParallelWorker {
  paraMethod(n: number): number {
    return n;
  }

  override exit(): void {
    // Longer than others' time limits.
    for (const start = performance.now(); performance.now() - start < 900; );
  }
}

test.each([
  ['ends its thread', Fatal],
  ['takes long', Stubborn],
])('an exit that %s is not blamed on the jobs of another runner', async (_what, Worker) => {
  const runner = new JobRunner(Worker, oneThread);
  await runner.runJobs({ nJobs: 1 });
  const started = new Int32Array(new SharedArrayBuffer(4));
  const later = async (n: object) => {
    Atomics.store(started, 0, 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    return n;
  };
  const other = new JobRunner(later, oneThread);
  const inputs = Array.from({ length: 20 }, (_, n) => ({ n }));
  const running = other.runJobs(inputs, { timeout: 300 });
  await vi.waitUntil(() => started[0] === 1, { interval: 1 });
  const closed = runner.close().then(
    () => 'closed',
    ({ code }: { code: string }) => code,
  );
  expect(await running).toEqual(inputs);
  expect(await closed).toBe(Worker === Fatal ? 'WORKER_DIED' : 'closed');
});

test('an exit does not wait for ever for a job of another runner that waits in its thread', async () => {
  const runner = new JobRunner(Tally, oneThread);
  await runner.runJobs({ nJobs: 3 });
  const [begun, open] = [0, 1];
  const gate = SharedArray.zeros('int32', 2);
  const waiting = async (_input: object, { data }: SharedArray<'int32'>) => {
    Atomics.store(data, begun, 1);
    while (Atomics.load(data, open) === 0) await new Promise(setImmediate);
    return 'through';
  };
  const running = new JobRunner(partial(waiting, gate), oneThread).runJobs([{}]);
  await vi.waitUntil(() => gate.data[begun] === 1, { interval: 1 });
  await runner.close();
  expect(runner.exitResults).toEqual([3]);
  Atomics.store(gate.data, open, 1);
  expect(await running).toEqual(['through']);
});

class Lingering extends ParallelWorker {
  paraMethod(n: number): number {
    return n;
  }

  override async exit(): Promise<void> {
    await new Promise(() => {});
  }
}

class Hanging extends Lingering {
  override async exit(): Promise<void> {
    for (;;);
  }
}

describe('an exit that does not come to an end holds up its runner for ten seconds, and is told of', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test.each([
    ...whereJobsRun.map(([where, options]) => [`waiting, ${where}`, Lingering, options] as const),
    ['in an endless loop, in one thread', Hanging, oneThread] as const,
  ])('%s', async (_, Worker, options) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    vi.resetModules();
    const { JobRunner: Runner } = await import('../../src/index.ts');
    const runner = new Runner(Worker, { ...options, nWorkers: 1 });
    expect(await runner.runJobs([1])).toEqual([1]);
    let isClosed = false;
    const closing = failureOf(runner.close()).finally(() => {
      isClosed = true;
    });
    await vi.advanceTimersByTimeAsync(9_000);
    expect(isClosed).toBe(false);
    // Others are not held up.
    expect(await new Runner((n: number) => n, oneThread).runJobs([2])).toEqual([2]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await closing).toMatchObject({ code: 'EXIT_TIMEOUT' });
  });

  test.each([
    ['go on', 20],
    ['are held up in vain', 1],
  ])('jobs of another runner in its thread %s', async (_what, nTurns) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    vi.resetModules();
    const { JobRunner: Runner, partial: bind, SharedArray: Shared } = await import('../../src/index.ts');
    const runner = new Runner(Hanging, oneThread);
    await runner.runJobs([1]);
    const begun = Shared.zeros('int32', 1);
    const isShort = nTurns > 1;
    const waiting = async (n: object, { data }: SharedArray<'int32'>) => {
      Atomics.store(data, 0, 1);
      // Past the patience of an exit, or far below.
      await new Promise((resolve) => setTimeout(resolve, isShort ? 5 : 100_000));
      return n;
    };
    const inputs = Array.from({ length: nTurns }, (_, n) => ({ n }));
    const run = new Runner(bind(waiting, begun), oneThread).runJobs(inputs, { returnExceptions: true });
    while (begun.data[0] === 0) await new Promise(setImmediate);
    const closing = failureOf(runner.close());
    // What the thread says comes in real time, and what it is given is not.
    const isOver = closing.then(() => true);
    while (
      !(await Promise.race([isOver, new Promise<false>((resolve) => setImmediate(() => resolve(false)))]))
    )
      await vi.advanceTimersByTimeAsync(100);
    expect(await closing).toMatchObject({ code: 'EXIT_TIMEOUT' });
    const [results, exceptions] = await run;
    if (isShort) expect(results).toEqual(inputs);
    else expect(exceptions).toMatchObject([{ code: 'WORKER_DIED' }]);
  });
});
