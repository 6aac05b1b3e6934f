import { JobRunner, log, type RunOptions } from 'parajob';
import { describe, expect, test } from 'vitest';
import { LogWorker } from '../fixtures/jobs/log-worker.ts';
import { onStderr } from '../helpers/on-stderr.ts';
import { runScript } from '../helpers/run-script.ts';
import { whereJobsRun } from '../helpers/where-jobs-run.ts';

const linesOf = async (act: () => unknown) => (await onStderr(act)).split('\n').filter(Boolean).sort();

function speak(n: number): void {
  log.debug('debug', n);
  log.info('info', { n });
  log.warn('warn %d', n);
  log.error('error', n);
}

describe.each(whereJobsRun)('%s, what jobs say', (_, options) => {
  const runner = new JobRunner(speak, options);

  test.each([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
    ['silent', []],
  ] as const)('is on stderr from logLevel %s up, with place and worker', async (logLevel, levels) => {
    const lines = await linesOf(() => runner.runJobs({ nJobs: 1, logLevel }));
    const words = { debug: 'debug 0', info: 'info { n: 0 }', warn: 'warn 0', error: 'error 0' };
    const said = lines.filter((line) => line.includes('job 0'));
    expect(said).toEqual(levels.map((level) => `[${level}] worker 0, job 0: ${words[level]}`).sort());
  });

  test('is there from warn up unless said otherwise', async () => {
    const lines = await linesOf(() => runner.runJobs({ nJobs: 1 }));
    expect(lines).toEqual(['[error] worker 0, job 0: error 0', '[warn] worker 0, job 0: warn 0']);
  });

  test('is all there when the run resolves, each line with its own place', async () => {
    const talk = new JobRunner((n: number) => log.warn(`number ${n}`), options);
    const lines = await linesOf(() => talk.runJobs({ nJobs: 100 }));
    const said = lines.map((line) => /worker [01], job (\d+): number (\d+)$/.exec(line)?.slice(1, 3));
    expect(said).toHaveLength(100);
    expect(said.every((numbers) => numbers?.[0] === numbers?.[1])).toBe(true);
  });

  test('keeps its place across an await', async () => {
    const talk = new JobRunner(async (n: number) => {
      await new Promise(setImmediate);
      log.warn(`number ${n}`);
    }, options);
    const lines = await linesOf(() => talk.runJobs({ nJobs: 3 }));
    expect(lines.map((line) => line.replace(/worker \d, /, ''))).toEqual([
      '[warn] job 0: number 0',
      '[warn] job 1: number 1',
      '[warn] job 2: number 2',
    ]);
  });

  test('is said by this.log in a worker class', async () => {
    const lines = await linesOf(() => new JobRunner(LogWorker, options).runJobs([7]));
    expect(lines).toEqual(['[warn] worker 0, job 0: computing 7', '[warn] worker 0, job 0: mapping 7']);
  });

  test('may have many lines', async () => {
    const talk = new JobRunner(() => log.warn('one\ntwo'), options);
    expect(await onStderr(() => talk.runJobs({ nJobs: 1 }))).toBe('[warn] worker 0, job 0: one\ntwo\n');
  });
});

describe.each(whereJobsRun)('%s, captured failures', (_, options) => {
  const failing = new JobRunner((n: number) => {
    throw new RangeError(`no ${n}`);
  }, options);
  const run = (nJobs: number, more: RunOptions = {}) =>
    onStderr(() => failing.runJobs({ nJobs, reraiseExceptions: false, ...more }));

  test('are logged in full three times, then counted', async () => {
    const text = await run(10);
    const heads = text.split('\n').filter((line) => line.startsWith('['));
    expect(heads).toHaveLength(4);
    for (const head of heads.slice(0, 3))
      expect(head).toMatch(/^\[error\] worker [01], job (\d+): job \1 failed: no \1$/);
    expect(heads[3]).toBe('[error] 7 more jobs failed');
    expect(text).toContain('logs.test.ts');
  });

  test('are not counted when there are no more than three', async () => {
    expect(await run(3)).not.toContain('more');
    expect(await run(4)).toContain('[error] 1 more job failed');
  });

  test('are silent if that is asked for', async () => {
    expect(await run(5, { logLevel: 'silent' })).toBe('');
  });
});

describe('a run that went well', () => {
  test.each(whereJobsRun)('%s says nothing', async (_, options) => {
    expect(await onStderr(() => new JobRunner(Math.sqrt, options).runJobs({ nJobs: 100 }))).toBe('');
  });

  test('but was slower than a plain loop says so at info', async () => {
    const runner = new JobRunner(Math.sqrt, { nWorkers: 2 });
    const text = await onStderr(() => runner.runJobs({ nJobs: 10, logLevel: 'info' }));
    expect(text).toMatch(
      /^\[info\] 10 jobs took .* ms in threads; a plain loop would have taken about .* ms\n$/,
    );
  });
});

test('outside of a run, warnings and errors of a job function go to stderr', async () => {
  expect(await onStderr(() => speak(1))).toBe('[warn] warn 1\n[error] error 1\n');
});

test('what jobs print comes out, also just before their thread ends', async () => {
  const { stdout, stderr } = await runScript('prints.mjs');
  const jobs = Array.from({ length: 40 }, (_, n) => n);
  const lines = (text: string) => text.trimEnd().split('\n');
  // What had not been told when a thread ended is done, and says so, again.
  expect(new Set(lines(stdout))).toEqual(new Set(jobs.map((n) => `out ${n}`)));
  expect(new Set(lines(stderr))).toEqual(new Set(jobs.map((n) => `err ${n}`)));
});
