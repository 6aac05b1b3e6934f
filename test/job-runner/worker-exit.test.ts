import { JobRunner, ParallelWorker } from 'parajob';
import { expect, test } from 'vitest';

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

test('a worker whose runner is closed just when its thread leaves has its exit once', async () => {
  const runner = new JobRunner(Tally, oneThread);
  await runner.runJobs({ nJobs: 3 });
  await Promise.all([JobRunner.reset(), runner.close()]);
  expect(runner.exitResults).toEqual([3]);
});
