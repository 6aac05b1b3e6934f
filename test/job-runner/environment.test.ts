import { resourceLimits, threadId } from 'node:worker_threads';
import { JobRunner } from 'parajob';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { failureOf } from '../helpers/failure-of.ts';
import { whereJobsRun, whereThreadsRun } from '../helpers/where-jobs-run.ts';

const readVariable = (name: string) => process.env[name];
const workersAndThreads = async (_: number) => {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  return threadId;
};

afterEach(() => {
  vi.unstubAllEnvs();
});

describe.each(whereJobsRun)('%s, jobs see', (_, options) => {
  test('the environment of the process, as it is when they run', async () => {
    const runner = new JobRunner(readVariable, options);
    vi.stubEnv('PARAJOB_TEST', 'first');
    expect(await runner.runJobs(['PARAJOB_TEST'])).toEqual(['first']);
    vi.stubEnv('PARAJOB_TEST', 'second');
    expect(await runner.runJobs(['PARAJOB_TEST'])).toEqual(['second']);
  });
});

test('jobs see the state that earlier jobs of their thread have left, also those of other runners', async () => {
  const count = (_: number) => {
    const kept = process as { jobs?: number };
    kept.jobs = (kept.jobs ?? 0) + 1;
    return kept.jobs;
  };
  const counts: number[] = [];
  for (let run = 0; run < 3; run++) {
    const runner = new JobRunner(count, { nWorkers: 1, singleJobInThread: true });
    counts.push(...(await runner.runJobs({ nJobs: 2 })));
  }
  expect(counts).toEqual([1, 2, 3, 4, 5, 6].map((n) => n + (counts[0] ?? 0) - 1));
});

describe.each(whereThreadsRun)('%s, jobs of a runner with', (_, options) => {
  test('env see that one, and others do not', async () => {
    vi.stubEnv('PARAJOB_TEST', 'of the process');
    await using runner = new JobRunner(readVariable, { ...options, env: { PARAJOB_TEST: 'its own' } });
    expect(await runner.runJobs(['PARAJOB_TEST', 'PATH'])).toEqual(['its own', undefined]);
    expect(await new JobRunner(readVariable, options).runJobs(['PARAJOB_TEST'])).toEqual(['of the process']);
  });

  test('execArgv have threads that are started so', async () => {
    const preload = 'data:text/javascript,globalThis.preloaded = "yes"';
    await using runner = new JobRunner((name: string) => (globalThis as Record<string, unknown>)[name], {
      ...options,
      execArgv: ['--import', preload],
    });
    expect(await runner.runJobs(['preloaded'])).toEqual(['yes']);
  });

  test('resourceLimits have threads with these', async () => {
    await using runner = new JobRunner(() => resourceLimits?.maxOldGenerationSizeMb, {
      ...options,
      resourceLimits: { maxOldGenerationSizeMb: 99 },
    });
    expect(await runner.runJobs({ nJobs: 1 })).toEqual([99]);
  });
});

describe.each(whereThreadsRun)('%s, threads that cannot start', (_, options) => {
  test.each([
    ['a flag that there is not', ['--no-such-flag'], 'INVALID_OPTION', '--no-such-flag'],
    ['a module that is not there', ['--import', './no-such-hooks.mjs'], 'WORKER_DIED', 'no-such-hooks.mjs'],
  ])('for %s reject the run, which says why', async (_, execArgv, code, message) => {
    await using runner = new JobRunner(Math.sqrt, { ...options, execArgv });
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(await failureOf(runner.runJobs([1, 4, 9]))).toMatchObject({
        code,
        message: expect.stringContaining(message),
      });
    }
  });
});

describe('PARAJOB_WORKERS', () => {
  test('caps the workers of a runner', async () => {
    vi.stubEnv('PARAJOB_WORKERS', '2');
    const threads = await new JobRunner(workersAndThreads, { nWorkers: 8 }).runJobs({ nJobs: 40 });
    expect(new Set(threads).size).toBeLessThanOrEqual(2);
    expect(threads).not.toContain(threadId);
  });

  test('of 1 is single-worker mode, whatever the program says', async () => {
    vi.stubEnv('PARAJOB_WORKERS', '1');
    for (const options of [{}, { nWorkers: 8 }, { nWorkers: 1, singleJobInThread: true }]) {
      const threads = await new JobRunner(workersAndThreads, options).runJobs({ nJobs: 2 });
      expect(threads).toEqual([threadId, threadId]);
    }
  });

  test('that is no number is an error', () => {
    vi.stubEnv('PARAJOB_WORKERS', 'many');
    expect(() => new JobRunner(Math.sqrt)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });
});
