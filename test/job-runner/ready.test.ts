import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { threadId } from 'node:worker_threads';
import { JobRunner, ParallelWorker, SharedArray } from 'parajob';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const made = SharedArray.zeros('int32', [1]);

class Counted extends ParallelWorker {
  constructor() {
    super();
    Atomics.add(made.data, 0, 1);
  }
  paraMethod(x: number): number {
    return x;
  }
}

class Broken extends ParallelWorker {
  override init(): void {
    throw new RangeError('no licence');
  }
  paraMethod(x: number): number {
    return x;
  }
}

describe('a runner that is made ready', () => {
  test('has a worker in each of its threads, and makes no others when it runs', async () => {
    await using runner = new JobRunner(Counted, { nWorkers: 2 });
    await runner.ready();
    expect(made.data[0]).toBe(2);
    await runner.runJobs([1, 2, 3]);
    expect(made.data[0]).toBe(2);
  });

  test.each([1, 2])('rejects with what is wrong with its worker, of %i', async (nWorkers) => {
    await expect(new JobRunner(Broken, { nWorkers }).ready()).rejects.toMatchObject({
      code: 'WORKER_NOT_CONSTRUCTED',
      cause: expect.objectContaining({ message: 'no licence' }),
    });
  });

  test.each([1, 2])('rejects a module that is not there, with %i', async (nWorkers) => {
    const module = new URL('./nowhere.mjs', import.meta.url);
    const runner = new JobRunner<(x: number) => number>({ module }, { nWorkers });
    await expect(runner.ready()).rejects.toMatchObject({ code: 'WORKER_NOT_LOADED' });
  });

  test('rejects once it has been closed', async () => {
    const runner = new JobRunner(Math.sqrt);
    await runner.close();
    await expect(runner.ready()).rejects.toMatchObject({ code: 'RUNNER_CLOSED' });
  });
});

describe('after a reset', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parajob-reset-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('threads are new, and load modules as they are now', async () => {
    const file = join(folder, 'lib.mjs');
    const runner = new JobRunner<(x: number) => number>({ module: pathToFileURL(file) }, { nWorkers: 2 });
    await writeFile(file, 'export default (x) => x + 1');
    expect(await runner.runJobs([1])).toEqual([2]);
    await writeFile(file, 'export default (x) => x + 100');
    expect(await runner.runJobs([1])).toEqual([2]);
    await JobRunner.reset();
    expect(await runner.runJobs([1])).toEqual([101]);
  });

  test('a run that is under way has kept its threads, and nobody gets them after it', async () => {
    const gate = SharedArray.zeros('int32', [1]);
    const job = (_x: number) => {
      Atomics.add(gate.data, 0, 1);
      Atomics.notify(gate.data, 0);
      while (Atomics.load(gate.data, 0) < 10) Atomics.wait(gate.data, 0, Atomics.load(gate.data, 0), 1);
      return threadId;
    };
    const running = new JobRunner(job, { nWorkers: 1, singleJobInThread: true }).runJobs([1]);
    while (Atomics.load(gate.data, 0) === 0) await new Promise((resolve) => setImmediate(resolve));
    await JobRunner.reset();
    Atomics.store(gate.data, 0, 10);
    const [before] = await running;
    const [after] = await new JobRunner((_x: number) => threadId, {
      nWorkers: 1,
      singleJobInThread: true,
    }).runJobs([1]);
    expect(after).not.toBe(before);
  });
});
