import { threadId } from 'node:worker_threads';
import { JobRunner, ParallelWorker } from 'parajob';
import { expect, test } from 'vitest';

let threshold = 1;
const limits = { high: 10 };
const fail = (x: number): never => {
  throw new RangeError(`${x} of ${limits.high}`);
};

class Above extends ParallelWorker {
  static step = 1;
  #runs = 0;
  paraMethod(x: number): [boolean, number, number] {
    this.#runs++;
    return [x > threshold, Above.step, this.#runs];
  }
}

test('a worker stays the same from run to run, and its variables are those of each run', async () => {
  await using runner = new JobRunner(Above, { nWorkers: 1, singleJobInThread: true });
  expect(await runner.runJobs([2])).toEqual([[true, 1, 1]]);
  threshold = 5;
  Above.step = 7;
  expect(await runner.runJobs([2])).toEqual([[false, 7, 2]]);
});

test('two runners of functions from one factory do not see one another', async () => {
  const times = (k: number) => new JobRunner((x: number) => x * k, { nWorkers: 1, singleJobInThread: true });
  const runs = [2, 3, 4].map((k) => times(k).runJobs([1, 2]));
  expect(await Promise.all(runs)).toEqual([
    [2, 4],
    [3, 6],
    [4, 8],
  ]);
});

test('a job that keeps a local copy finds the original again in the next job', async () => {
  const start = [1, 2];
  const job = (x: number) => {
    const own = [...start];
    own.push(x);
    return own.length;
  };
  expect(await new JobRunner(job, { nWorkers: 1, singleJobInThread: true }).runJobs([1, 2, 3])).toEqual([
    3, 3, 3,
  ]);
});

test('jobs run elsewhere', async () => {
  const here = threadId;
  const [isHere] = await new JobRunner((_x: number) => threadId === here, { nWorkers: 2 }).runJobs([1]);
  expect(isHere).toBe(false);
});

test('the stack of a helper names the file and line where it was written', async () => {
  const run = new JobRunner((x: number) => fail(x), { nWorkers: 2 }).runJobs([3]);
  const error = await run.catch((thrown: unknown) => thrown as Error);
  expect((error as { cause: Error }).cause).toBeInstanceOf(RangeError);
  expect((error as { cause: Error }).cause.message).toBe('3 of 10');
  expect((error as { cause: Error }).cause.stack).toMatch(/environment\.test\.ts:\d+/);
});

test('a large array is sent once to a thread, not once a job', async () => {
  const large = new Float64Array(4_000_000).fill(1);
  const job = (x: number) => large[x]! + large.length;
  const run = () => new JobRunner(job, { nWorkers: 2 }).runJobs({ nJobs: 2000 });
  expect(new Set(await run())).toEqual(new Set([4_000_001]));
});

test('a thread knows what the program was started with', async () => {
  const args = process.argv.slice(2);
  process.argv.push('--year', '2024');
  try {
    await using runner = new JobRunner((_x: number) => process.argv.slice(2), {
      nWorkers: 2,
      env: { ...process.env },
    });
    expect(await runner.runJobs([1])).toEqual([[...args, '--year', '2024']]);
  } finally {
    process.argv.length -= 2;
  }
});

test('import.meta.resolve gives URLs, or says that it cannot know', async () => {
  const job = (specifier: string) => import.meta.resolve(specifier);
  const found = await new JobRunner(job, { nWorkers: 2 }).runJobs(['./there.mjs', '../x?y', 'fs', 'node:fs']);
  const at = (path: string) => new URL(path, import.meta.url).href;
  expect(found).toEqual([at('./there.mjs'), at('../x?y'), 'node:fs', 'node:fs']);
  await expect(new JobRunner(job, { nWorkers: 2 }).runJobs(['acorn'])).rejects.toThrow(
    /import\.meta\.resolve\('acorn'\) is not known in a thread/,
  );
});
