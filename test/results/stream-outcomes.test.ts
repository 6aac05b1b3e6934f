import fc from 'fast-check';
import { JobError } from 'parajob';
import { describe, expect, test } from 'vitest';
import { OutcomeQueue } from '../../src/results/stream-outcomes.ts';

const inputOf = (place: number): string => `input ${place}`;

function failure(place: number): JobError {
  return new JobError('failed', { place, input: inputOf(place), workerId: 0, attempt: 1 });
}

async function rest(queue: OutcomeQueue): Promise<unknown[]> {
  const outcomes: unknown[] = [];
  for (let next = await queue.next(); next !== undefined; next = await queue.next()) outcomes.push(next);
  return outcomes;
}

test('outcomes come out as they came in, with their inputs', async () => {
  const queue = new OutcomeQueue();
  const error = failure(2);
  queue.take({ runs: [5, 2, 0, 1], outputs: ['a', 'b', 'c'], rejections: [error] }, inputOf);
  queue.end();
  expect(await rest(queue)).toEqual([
    { status: 'fulfilled', place: 5, input: 'input 5', output: 'a' },
    { status: 'fulfilled', place: 6, input: 'input 6', output: 'b' },
    { status: 'fulfilled', place: 0, input: 'input 0', output: 'c' },
    { status: 'rejected', place: 2, input: 'input 2', error },
  ]);
  expect(await queue.next()).toBe(undefined);
});

test('inputs are looked up while the outcome comes in, not when it is asked for', async () => {
  const queue = new OutcomeQueue();
  const inputs = ['first'];
  queue.take({ runs: [0, 1], outputs: [1], rejections: [] }, (place) => inputs[place]);
  inputs.length = 0;
  expect(await queue.next()).toMatchObject({ input: 'first' });
});

test('who asks early gets the outcome when it comes, or the end', async () => {
  const queue = new OutcomeQueue();
  const first = queue.next();
  queue.take({ runs: [3, 1], outputs: ['x'], rejections: [] }, inputOf);
  expect(await first).toMatchObject({ place: 3, output: 'x' });
  const second = queue.next();
  queue.end();
  expect(await second).toBe(undefined);
});

describe('what has stopped the run', () => {
  test('is thrown after the outcomes that came before it, each time', async () => {
    const queue = new OutcomeQueue();
    queue.take({ runs: [0, 1], outputs: [1], rejections: [] }, inputOf);
    queue.fail(new Error('stopped'));
    queue.end();
    expect(await queue.next()).toMatchObject({ place: 0 });
    await expect(queue.next()).rejects.toThrow('stopped');
    await expect(queue.next()).rejects.toThrow('stopped');
  });

  test('may be undefined, as the reason of an abort may', async () => {
    const queue = new OutcomeQueue();
    const waiting = queue.next();
    queue.fail(undefined);
    await expect(waiting).rejects.toBe(undefined);
  });
});

test('nothing is lost or doubled however asking and coming in take turns', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: -3, max: 5 }), { maxLength: 30 }), async (steps) => {
      const queue = new OutcomeQueue();
      const seen: number[] = [];
      let nPlaces = 0;
      const asked: Promise<void>[] = [];
      let last = Promise.resolve();
      const ask = (): Promise<void> => {
        // One at a time, as a loop over a generator asks.
        last = last.then(async () => {
          const outcome = await queue.next();
          if (outcome !== undefined) seen.push(outcome.place);
        });
        return last;
      };
      for (const step of steps) {
        if (step < 0) for (let n = step; n < 0; n++) asked.push(ask());
        else {
          queue.take({ runs: [nPlaces, step], outputs: new Array(step).fill(0), rejections: [] }, inputOf);
          nPlaces += step;
        }
        await null;
      }
      queue.end();
      await Promise.all(asked);
      for (const { place } of (await rest(queue)) as { place: number }[]) seen.push(place);
      expect(seen).toEqual(Array.from({ length: nPlaces }, (_, place) => place));
    }),
  );
});
