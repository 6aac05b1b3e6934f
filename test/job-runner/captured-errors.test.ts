import { JobError, JobRunner } from 'parajob';
import { describe, expect, test } from 'vitest';
import { failureOf, jobErrorOf } from '../helpers/failure-of.ts';
import { onStderr } from '../helpers/on-stderr.ts';
import { whereJobsRun } from '../helpers/where-jobs-run.ts';

function hatesEights(n: number): number {
  if (n === 8) throw new RangeError('n === 8, what did you think would happen?!');
  return n;
}

const toTen = Array.from({ length: 10 }, (_, i) => i);
const silently = { logLevel: 'silent' } as const;

describe.each(whereJobsRun)('%s, failures that are captured', (_, options) => {
  const runner = new JobRunner(hatesEights, options);
  const objects = new JobRunner((input: { n: number }) => {
    if (input.n % 3 === 0) throw new Error(`no threes: ${input.n}`);
    return input.n;
  }, options);

  test('leave NaN in their place, and all other jobs are done', async () => {
    const results = await runner.runJobs(toTen, { ...silently, reraiseExceptions: false });
    expect(results).toEqual([0, 1, 2, 3, 4, 5, 6, 7, Number.NaN, 9]);
  });

  test('come beside the results, each with its place, input and cause', async () => {
    const [results, exceptions] = await runner.runJobs(toTen, { ...silently, returnExceptions: true });
    expect(results).toEqual([0, 1, 2, 3, 4, 5, 6, 7, Number.NaN, 9]);
    expect(exceptions).toHaveLength(1);
    expect(exceptions[0]).toBeInstanceOf(JobError);
    expect(exceptions[0]).toMatchObject({
      name: 'JobError',
      code: 'JOB_FAILED',
      message: 'job 8 failed: n === 8, what did you think would happen?!',
      place: 8,
      input: 8,
      attempt: 1,
      cause: new RangeError('n === 8, what did you think would happen?!'),
    });
    expect(exceptions[0]?.workerId).toBeOneOf([0, 1]);
  });

  test('are sorted by place, and hold the very inputs that the caller gave', async () => {
    const inputs = Array.from({ length: 200 }, (_, n) => ({ n }));
    const [results, exceptions] = await objects.runJobs(inputs, { ...silently, returnExceptions: true });
    expect(results).toEqual(inputs.map(({ n }) => (n % 3 === 0 ? Number.NaN : n)));
    const threes = inputs.filter(({ n }) => n % 3 === 0);
    expect(exceptions.map(({ place }) => place)).toEqual(threes.map(({ n }) => n));
    expect(exceptions.every(({ input }, i) => input === threes[i])).toBe(true);
  });

  test.each([
    [null],
    [undefined],
    [-1],
    ['gone'],
  ])('leave %o in their place if that is the errorValue', async (errorValue) => {
    const results = await runner.runJobs([7, 8, 9], { ...silently, reraiseExceptions: false, errorValue });
    expect(results).toEqual([7, errorValue, 9]);
  });

  test('may be all there is', async () => {
    const [results, exceptions] = await runner.runJobs([8, 8, 8], { ...silently, returnExceptions: true });
    expect(results).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(exceptions.map(({ place }) => place)).toEqual([0, 1, 2]);
  });

  test('may be none', async () => {
    expect(await runner.runJobs([1, 2], { returnExceptions: true })).toEqual([[1, 2], []]);
    expect(await runner.runJobs([], { returnExceptions: true })).toEqual([[], []]);
  });

  test('can be thrown after the fact', async () => {
    const [, exceptions] = await runner.runJobs(toTen, { ...silently, returnExceptions: true });
    expect(() => {
      throw exceptions[0]?.cause;
    }).toThrow(RangeError);
  });
});

describe.each(whereJobsRun)('%s, a failure that is not captured', (_, options) => {
  test('rejects the run with the error of its job', async () => {
    const error = await jobErrorOf(new JobRunner(hatesEights, options).runJobs(toTen));
    expect(error).toMatchObject({
      message: 'job 8 failed: n === 8, what did you think would happen?!',
      place: 8,
      input: 8,
    });
    expect(error.cause).toBeInstanceOf(RangeError);
  });

  test('holds the very input that the caller gave', async () => {
    const inputs = [{ n: 1 }, { n: 2 }];
    const runner = new JobRunner(({ n }: { n: number }) => {
      if (n === 2) throw new Error('two');
    }, options);
    const error = await jobErrorOf(runner.runJobs(inputs));
    expect(error.input).toBe(inputs[1]);
  });

  test('stops the run long before its last job', async () => {
    const done = new Int32Array(new SharedArrayBuffer(4));
    const runner = new JobRunner((input: { n: number; done: Int32Array }) => {
      if (input.n === 0) throw new Error('the first');
      Atomics.add(input.done, 0, 1);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }, options);
    const inputs = Array.from({ length: 10_000 }, (_, n) => ({ n, done }));
    expect(await failureOf(runner.runJobs(inputs))).toMatchObject({ place: 0 });
    expect(done[0]).toBeLessThan(9_000);
  });

  test('leaves the runner as good as before', async () => {
    const runner = new JobRunner(hatesEights, options);
    await failureOf(runner.runJobs(toTen));
    expect(await runner.runJobs([1, 2, 3])).toEqual([1, 2, 3]);
  });

  test('is silent on stderr', async () => {
    expect(await onStderr(() => failureOf(new JobRunner(hatesEights, options).runJobs(toTen)))).toBe('');
  });
});
