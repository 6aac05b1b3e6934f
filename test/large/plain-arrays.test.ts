import { JobRunner, partial } from 'parajob';
import { describe, expect, test } from 'vitest';

/** Tells what was at both ends of an array and in its middle, and writes there. */
function spoil(array: Float64Array): number[] {
  const places = [0, array.length >> 1, array.length - 1];
  const found = places.map((place) => array[place] as number);
  for (const place of places) array[place] = -1;
  return found;
}

const spoilBound = (_n: number, array: Float64Array) => spoil(array);

describe('a plain array of 100 MB', () => {
  const nJobs = 6;
  const big = new Float64Array(13_107_200).fill(3);
  const found = Array(nJobs).fill([3, 3, 3]);

  test('that many jobs get and write to is as it was for each of them, and for the caller', async () => {
    const runner = new JobRunner(spoil, { nWorkers: 2 });
    expect(await runner.runJobs(Array(nJobs).fill(big))).toEqual(found);
    expect(spoil(big.slice())).toEqual([3, 3, 3]);
  });

  test('that is bound by `partial` is a copy for each worker, and the caller’s stays as it was', async () => {
    const runner = new JobRunner(partial(spoilBound, big), { nWorkers: 2 });
    const results = await runner.runJobs(Array.from({ length: nJobs }, (_, n) => n));
    // A worker's jobs have one copy among them: what one has written, the next one finds.
    const told = results.filter(([first]) => first === 3);
    expect(told.length).toBeGreaterThanOrEqual(1);
    expect(told.length).toBeLessThanOrEqual(2);
    expect(results.every(([first]) => first === 3 || first === -1)).toBe(true);
    expect(spoil(big.slice())).toEqual([3, 3, 3]);
  });
});
