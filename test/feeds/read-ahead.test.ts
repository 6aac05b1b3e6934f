import { expect, test } from 'vitest';
import { readAhead } from '../../src/feeds/read-ahead.ts';
import { failureOf } from '../helpers/failure-of.ts';

const never = new AbortController().signal;
const REASON = new Error('enough');

/** Gives some inputs, then whatever is left of the world; tells whether it was left. */
function inputs(rest: () => IteratorResult<number> | Promise<IteratorResult<number>>) {
  const seen = { isLeft: false };
  let n = 0;
  const iterator = {
    next: async () => (n < 3 ? { done: false, value: n++ } : rest()),
    return: async () => {
      seen.isLeft = true;
      return { done: true as const, value: undefined };
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return { seen, iterator: iterator as unknown as AsyncIterable<number> };
}

test('everything is read, and what may change is kept as it was', async () => {
  const { iterator, seen } = inputs(() => ({ done: true, value: undefined }));
  expect(await readAhead(iterator, false, never)).toEqual({ inputs: [0, 1, 2], asRead: new Map() });
  expect(seen.isLeft).toBe(false);
  function* same() {
    const reused = { n: 0 };
    for (; reused.n < 2; reused.n++) yield reused;
  }
  const { inputs: read, asRead } = await readAhead(same(), true, never);
  expect(read[0]).toBe(read[1]);
  expect([...asRead.values()]).toEqual([{ n: 0 }, { n: 1 }]);
});

test('what the inputs throw is told as such', async () => {
  const cause = new RangeError('torn');
  const { iterator } = inputs(() => Promise.reject(cause));
  expect(await failureOf(readAhead(iterator, false, never))).toMatchObject({ code: 'INPUTS_FAILED', cause });
  const odd = inputs(() => 7 as never);
  expect(await failureOf(readAhead(odd.iterator, false, never))).toMatchObject({ code: 'INPUTS_FAILED' });
});

test('inputs that do not come are not waited for once there is a reason to end', async () => {
  const controller = new AbortController();
  const { iterator, seen } = inputs(() => {
    controller.abort(REASON);
    return new Promise(() => {});
  });
  expect(await failureOf(readAhead(iterator, false, controller.signal))).toBe(REASON);
  expect(seen.isLeft).toBe(true);
});

test('endless inputs let in what ends them', async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(REASON), 1);
  function* endless() {
    for (;;) yield 1;
  }
  expect(await failureOf(readAhead(endless(), false, controller.signal))).toBe(REASON);
});

test('nothing is read where there is a reason beforehand', async () => {
  let nRead = 0;
  function* counting() {
    for (;;) yield nRead++;
  }
  expect(await failureOf(readAhead(counting(), false, AbortSignal.abort(REASON)))).toBe(REASON);
  expect(nRead).toBe(0);
});
