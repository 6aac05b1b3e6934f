import { JobRunner } from 'parajob';
import { describe, expect, test } from 'vitest';
import { whereJobsRun } from '../helpers/where-jobs-run.ts';

const double = (n: number) => 2 * n;

/** Comparing element by element with `toEqual` would take longer than the run. */
function firstWrong(results: ArrayLike<number>, expected: (place: number) => number): number {
  for (let place = 0; place < results.length; place++) if (results[place] !== expected(place)) return place;
  return -1;
}

describe.each(whereJobsRun)('%s, each has its result in its place:', (_, options) => {
  test('a million jobs without inputs', async () => {
    const results = await new JobRunner(double, options).runJobs({ nJobs: 1_000_000 });
    expect(results).toHaveLength(1_000_000);
    expect(firstWrong(results, (place) => 2 * place)).toBe(-1);
  });

  test('a million numbers, with results in place', async () => {
    const inputs = Float64Array.from({ length: 1_000_000 }, (_, i) => i / 2);
    const results = await new JobRunner(double, options).runJobs(inputs, { outputDtype: 'float64' });
    expect(results).toHaveLength(1_000_000);
    expect(firstWrong(results, (place) => place)).toBe(-1);
  });

  test('a hundred thousand objects', async () => {
    const inputs = Array.from({ length: 100_000 }, (_, n) => ({ n }));
    const results = await new JobRunner(({ n }: { n: number }) => 2 * n, options).runJobs(inputs);
    expect(results).toHaveLength(100_000);
    expect(firstWrong(results, (place) => 2 * place)).toBe(-1);
  });

  test('a hundred thousand objects that are read lazily', async () => {
    function* inputs() {
      for (let n = 0; n < 100_000; n++) yield { n };
    }
    const results = await new JobRunner(({ n }: { n: number }) => 2 * n, options).runJobs(inputs());
    expect(results).toHaveLength(100_000);
    expect(firstWrong(results, (place) => 2 * place)).toBe(-1);
  });

  test('two thousand objects that come one by one', async () => {
    async function* inputs() {
      for (let n = 0; n < 2_000; n++) yield { n };
    }
    const results = await new JobRunner(({ n }: { n: number }) => 2 * n, options).runJobs(inputs());
    expect(results).toHaveLength(2_000);
    expect(firstWrong(results, (place) => 2 * place)).toBe(-1);
  });
});
