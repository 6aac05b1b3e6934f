import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { JobRunner, ParallelWorker, partial } from 'parajob';
import { describe, expect, test } from 'vitest';
import {
  EmptyField,
  FragileConstructor,
  FragileInit,
  OddMapper,
} from '../fixtures/jobs/broken/fragile-workers.ts';
import { failureOf } from '../helpers/failure-of.ts';
import { runScript } from '../helpers/run-script.ts';
import { whereJobsRun, whereThreadsRun } from '../helpers/where-jobs-run.ts';

const broken = (file: string) => new URL(`../fixtures/jobs/broken/${file}`, import.meta.url);

describe('a runner cannot be made of', () => {
  const Runner = JobRunner as unknown as new (worker: unknown, options?: object) => unknown;
  // @ts-expect-error: the compiler says so too
  class WithoutMethod extends ParallelWorker {}
  class Plain {}

  test.each([
    ['nothing', undefined, 'not undefined'],
    ['a number', 3, 'not 3'],
    ['the name of a file', './worker.js', "not './worker.js'"],
    ['an object', { run: () => {} }, 'not { run'],
    ['a class that extends nothing', Plain, 'class Plain does not extend ParallelWorker'],
    ['a class without paraMethod', WithoutMethod, 'class WithoutMethod has no paraMethod'],
    ['the base class', ParallelWorker, 'class ParallelWorker has no paraMethod'],
  ])('%s', (_, worker, message) => {
    expect(() => new Runner(worker)).toThrow(
      expect.objectContaining({
        name: 'JobRunnerError',
        code: 'INVALID_WORKER',
        message: expect.stringContaining(message),
      }),
    );
  });

  test('a function with workerArgs: partial is shown instead', () => {
    const scale = (n: number, factor: number) => n * factor;
    expect(() => new Runner(scale, { workerArgs: [3] })).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: expect.stringContaining('partial(scale, 3)'),
      }),
    );
  });

  test('a class in partial: workerArgs are shown instead', () => {
    expect(() => (partial as (fn: unknown) => unknown)(FragileInit)).toThrow(
      expect.objectContaining({ code: 'INVALID_WORKER', message: expect.stringContaining('workerArgs') }),
    );
  });
});

describe.each(whereThreadsRun)('%s, a function that no thread can have is refused:', (_, options) => {
  test('a bound one', async () => {
    const bound = ((factor: number, n: number) => n * factor).bind(null, 2);
    expect(await failureOf(new JobRunner(bound, options).runJobs([1]))).toMatchObject({
      code: 'INVALID_WORKER',
      message: expect.stringContaining('bound functions'),
    });
  });

  test('one that writes to a variable of the program, by its name', async () => {
    let total = 0;
    const add = (n: number) => {
      total += n;
    };
    expect(await failureOf(new JobRunner(add, options).runJobs([1]))).toMatchObject({
      code: 'WORKER_NOT_PORTABLE',
      message: expect.stringContaining('`total`'),
    });
    expect(total).toBe(0);
  });
});

describe.each(whereJobsRun)('%s, a module reference', (_, options) => {
  type Double = (n: number) => number;
  const runnerOf = (file: string, name: string) =>
    new JobRunner<Double>({ module: broken(file), name }, options);

  test('works when module and name are right', async () => {
    expect(await runnerOf('odd-exports.mjs', 'double').runJobs([1, 2])).toEqual([2, 4]);
  });

  test.each([
    ['to a module that does not exist', 'no-such-file.mjs', 'job', 'no-such-file.mjs'],
    ['to a module that throws while loading', 'throws-while-loading.mjs', 'job', 'no such channel map'],
    ['to a name that is not exported', 'odd-exports.mjs', 'triple', 'no export named triple'],
    ['to an export that is no function', 'odd-exports.mjs', 'table', 'neither a function nor a class'],
  ])('%s is an error that says so', async (_, file, name, message) => {
    const runner = runnerOf(file, name);
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(await failureOf(runner.runJobs([1, 2, 3]))).toMatchObject({
        name: 'JobRunnerError',
        code: 'WORKER_NOT_LOADED',
        message: expect.stringContaining(message),
      });
    }
  });

  test('to a class that is no worker is an error that says so', async () => {
    expect(await failureOf(runnerOf('odd-exports.mjs', 'default').runJobs([1]))).toMatchObject({
      name: 'JobRunnerError',
      code: 'INVALID_WORKER',
      message: expect.stringContaining('does not extend ParallelWorker'),
    });
  });

  test('to a function, with workerArgs, is an error that says so', async () => {
    const runner = new JobRunner<Double>({ module: broken('odd-exports.mjs'), name: 'double' }, {
      ...options,
      workerArgs: [1],
    } as object);
    expect(await failureOf(runner.runJobs([1]))).toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('double is a function'),
    });
  });

  test('keeps the error of a module that throws as the cause', async () => {
    const failure = (await failureOf(runnerOf('throws-while-loading.mjs', 'job').runJobs([1]))) as Error;
    expect(failure.cause).toBeInstanceOf(RangeError);
    expect(failure.cause).toMatchObject({ message: 'no such channel map' });
  });
});

test.each(
  whereThreadsRun,
)('%s, a worker module that starts a run while it is loaded is told so', async (_, options) => {
  const runner = new JobRunner<(n: number) => number>(
    { module: broken('starts-a-run.mjs'), name: 'job' },
    options,
  );
  expect(await failureOf(runner.runJobs([1, 2, 3]))).toMatchObject({
    code: 'RUN_WHILE_LOADING',
    message: expect.stringContaining('the script that starts the program'),
  });
});

describe.each(whereJobsRun)('%s, a worker class', (_, options) => {
  test.each([
    ['constructor', FragileConstructor, 'the constructor of FragileConstructor failed: no such channel'],
    ['init', FragileInit, 'init of FragileInit failed: no such channel'],
  ])('whose %s throws rejects the run, and is made again in the next', async (_, Worker, message) => {
    const isBroken = new Int32Array(new SharedArrayBuffer(4));
    isBroken[0] = 1;
    const runner = new JobRunner(Worker, { ...options, workerArgs: [isBroken] });
    const failure = (await failureOf(runner.runJobs([1, 2, 3]))) as Error;
    expect(failure).toMatchObject({ code: 'WORKER_NOT_CONSTRUCTED', message });
    expect(failure.cause).toBeInstanceOf(RangeError);
    const captured = runner.runJobs([{} as number], { returnExceptions: true });
    expect(await failureOf(captured)).toMatchObject({ code: 'WORKER_NOT_CONSTRUCTED' });
    isBroken[0] = 0;
    expect(await runner.runJobs([1, 2, 3])).toEqual([1, 2, 3]);
  });

  test('whose paraMethod is not there after all rejects the run', async () => {
    const failure = await failureOf(new JobRunner(EmptyField, options).runJobs({ nJobs: 2 }));
    expect(failure).toMatchObject({ name: expect.stringMatching(/^Job(Runner)?Error$/) });
    expect((failure as Error).message).toContain('paraMethod');
  });

  test.each([
    ['nothing', undefined, 'mapJob must return { place, args }'],
    ['an input alone', 3, 'mapJob must return { place, args }'],
    ['arguments that are no array', { place: 1, args: 3 }, 'mapJob must return { place, args }'],
    ['another place', { place: 0, args: [1] }, 'mapJob returned place 0 for the job of place 1'],
  ])('whose mapJob returns %s fails that job', async (_, odd, message) => {
    const runner = new JobRunner(OddMapper, { ...options, workerArgs: [odd] });
    const [results, exceptions] = await runner.runJobs([5, 6, 7], {
      returnExceptions: true,
      logLevel: 'silent',
    });
    expect(results).toEqual([5, Number.NaN, 7]);
    expect(exceptions).toMatchObject([
      { place: 1, code: 'INVALID_MAP_JOB', message: expect.stringContaining(message) },
    ]);
  });

  test('with arguments that cannot cross is refused, with the path of what is in the way', async () => {
    const workerArgs: [unknown] = [{ options: { onDone: () => {} } }];
    const runner = new JobRunner(OddMapper, { ...options, workerArgs });
    expect(await failureOf(runner.runJobs([1]))).toMatchObject({
      code: 'INPUT_NOT_CLONEABLE',
      message: expect.stringContaining('workerArgs[0].options.onDone'),
    });
  });
});

test('a package whose thread entry was lost says how to keep it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parajob-bundled-'));
  const root = fileURLToPath(new URL('../../', import.meta.url));
  try {
    cpSync(join(root, 'dist'), folder, { recursive: true });
    rmSync(join(folder, 'worker/start-thread.cjs'));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const { stdout, stderr, exitCode } = await runScript('run-with.mjs', [
      pathToFileURL(join(folder, 'index.js')).href,
    ]);
    expect(stdout, stderr).toContain('THREAD_ENTRY_LOST');
    expect(stdout).toContain('mark parajob external');
    expect(exitCode).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
