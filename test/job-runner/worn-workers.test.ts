import fc from 'fast-check';
import { JobRunner, ParallelWorker } from 'parajob';
import { describe, expect, test } from 'vitest';
import { whereThreadsRun } from '../helpers/where-jobs-run.ts';

/** Numbers its own jobs, and tells at its exit how many there were. */
class CountingWorker extends ParallelWorker {
  #n = 0;

  paraMethod(_input: unknown): number {
    this.#n++;
    return this.#n;
  }

  override exit(): number {
    return this.#n;
  }
}

const sum = (numbers: readonly unknown[]) => numbers.reduce<number>((total, n) => total + Number(n), 0);

describe.each(whereThreadsRun)('%s, a worker that is replaced', (_, options) => {
  test('after so many jobs has done no more, loses none, and has its exit', async () => {
    const cases = fc.record({
      nJobs: fc.integer({ min: 1, max: 12 }),
      most: fc.integer({ min: 2, max: 5 }),
      posted: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ nJobs, most, posted }) => {
        const runner = new JobRunner(CountingWorker, { ...options, maxJobsPerWorker: most });
        const results = posted
          ? await runner.runJobs(Array.from({ length: nJobs }, () => ({})))
          : await runner.runJobs({ nJobs });
        await runner.close();
        expect(results).toHaveLength(nJobs);
        expect(Math.max(...results)).toBeLessThanOrEqual(most);
        expect(sum(runner.exitResults)).toBe(nJobs);
        expect(runner.exitResults.length).toBeGreaterThanOrEqual(Math.ceil(nJobs / most));
      }),
      { numRuns: 4 },
    );
  });

  test('counts its jobs over runs', async () => {
    const runner = new JobRunner(CountingWorker, { ...options, maxJobsPerWorker: 3 });
    const results: number[] = [];
    for (let run = 0; run < 5; run++) results.push(...(await runner.runJobs([1, 2])));
    await runner.close();
    expect(Math.max(...results)).toBeLessThanOrEqual(3);
    expect(sum(runner.exitResults)).toBe(10);
  });

  test('when its heap has grown is another one, and nothing is lost', async () => {
    const runner = new JobRunner(
      async (n: number) => {
        const held = process as unknown as { held?: unknown[] };
        held.held ??= [];
        held.held.push(Array.from({ length: 200_000 }, () => ({ n })));
        // Longer than a lane goes without looking at its heap.
        const { setTimeout } = await import('node:timers/promises');
        await setTimeout(21);
        return held.held.length;
      },
      { ...options, maxHeapPerWorker: 40 },
    );
    const results = await runner.runJobs({ nJobs: 12 });
    expect(results).toHaveLength(12);
    expect(Math.max(...results)).toBeLessThan(12);
    await runner.close();
  });
});
