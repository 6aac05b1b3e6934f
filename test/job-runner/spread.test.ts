import { JobRunner, partial } from 'parajob';
import { describe, expect, test } from 'vitest';
import { jobErrorOf } from '../helpers/failure-of.ts';
import { whereJobsRun } from '../helpers/where-jobs-run.ts';

describe.each(whereJobsRun)('%s, with spread', (_, options) => {
  test('an input is the list of arguments', async () => {
    const inputs: [number, number][] = [
      [2, 10],
      [3, 2],
    ];
    expect(await new JobRunner(Math.pow, options).runJobs(inputs, { spread: true })).toEqual([1024, 9]);
  });

  test('lists of any length will do, none too', async () => {
    const count = (...args: number[]) => args.length;
    const runner = new JobRunner(count, options);
    expect(await runner.runJobs([[], [1], [1, 2, 3]], { spread: true })).toEqual([0, 1, 3]);
  });

  test('bound arguments come after the spread ones', async () => {
    const list = (a: number, b: number, c: number) => [a, b, c];
    const runner = new JobRunner(partial(list, 2, 3), options);
    expect(await runner.runJobs([[1]], { spread: true })).toEqual([[1, 2, 3]]);
  });

  test('an input that is no list is the error of its job', async () => {
    const runner = new JobRunner((n: number) => n, options);
    const inputs = [[1], 'ab', [3]] as unknown as [number][];
    const error = await jobErrorOf(runner.runJobs(inputs, { spread: true }));
    expect(error).toMatchObject({ place: 1, input: 'ab', code: 'INVALID_INPUTS' });
  });
});

describe.each(whereJobsRun)('%s, without spread', (_, options) => {
  test('a function gets the input and nothing else', async () => {
    expect(await new JobRunner(parseInt, options).runJobs(['10', '11', '12'])).toEqual([10, 11, 12]);
    const count = (...args: unknown[]) => args.length;
    expect(await new JobRunner(count, options).runJobs([[1, 2], [3]])).toEqual([1, 1]);
  });

  test('bound arguments follow the input', async () => {
    const list = (a: number, b: string, c: { deep: number[] }) => [a, b, c.deep];
    const runner = new JobRunner(partial(list, 'b', { deep: [1] }), options);
    expect(await runner.runJobs([7, 8])).toEqual([
      [7, 'b', [1]],
      [8, 'b', [1]],
    ]);
  });
});
