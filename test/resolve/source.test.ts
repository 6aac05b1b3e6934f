import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { failureInThread, valueFromThread } from './in-a-thread.ts';

Object.assign(globalThis, { scriptHasRun: true });
const STEP = 5;
const half = (x: number): number => x / 2;
function countDown(n: number): number {
  return n === 0 ? 0 : 1 + countDown(n - 1);
}
// biome-ignore lint/complexity/noStaticOnlyClass: its static methods are what is handed over
class Pair {
  static readonly size = 2;
  static [`add${1}`](x: number): number {
    return x + Pair.size;
  }
  static async quarter(x: number): Promise<number> {
    return half(half(x));
  }
}
class Triple extends Pair {
  static readonly count: number = Pair.size + 1;
}
const key = 'named';

describe('a function of the program travels as source', () => {
  test.each([
    ['an async function', async (x: number) => x + STEP, 1, 6],
    [
      'a function made by another',
      (
        () => (x: number) =>
          x + 1
      )(),
      1,
      2,
    ],
    ['a function that calls itself', countDown, 4, 4],
    ['a function with helpers', (x: number) => half(half(x)), 8, 2],
    ['a static method', Pair.quarter, 8, 2],
    ['a method with a computed name', (Pair as unknown as { add1(x: number): number }).add1, 1, 3],
    [
      'a method of an object',
      {
        [key](x: number) {
          return x + 1;
        },
      }[key],
      1,
      2,
    ],
    ['a class with its base', () => Triple.count, 0, 3],
    ['a function that uses an import', (x: string) => join(x, 'b'), 'a', 'a/b'],
    ['a function of new Function', new Function('x', 'return x * 7') as (x: number) => number, 2, 14],
    // @ts-expect-error: it is not there
    ['a function that asks for what is not there', () => typeof nowhere, 0, 'undefined'],
  ])('%s', async (_what, target, input, expected) => {
    expect(await valueFromThread(target, input)).toBe(expected);
  });
});

test('nothing else of the script runs in the thread', async () => {
  expect('scriptHasRun' in globalThis).toBe(true);
  expect(await valueFromThread(new Function('return "scriptHasRun" in this') as () => boolean)).toBe(false);
});

test('the stack of its error names the file it was written in', async () => {
  const failure = await failureInThread(() => {
    throw new RangeError('too far');
  });
  expect(failure).toMatchObject({ error: 'RangeError', message: 'too far' });
  expect('stack' in failure && failure.stack).toMatch(/source\.test\.ts:\d+:\d+/);
});
