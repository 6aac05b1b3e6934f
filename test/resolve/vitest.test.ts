import { join } from 'node:path';
import { ParallelWorker } from 'parajob';
import { variance } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import * as functions from './fixtures/functions.ts';
import { offset } from './fixtures/offset.ts';
import { valueFromThread } from './in-a-thread.ts';

const FACTOR = 3;
const triple = (x: number): number => FACTOR * x;
function six(x: number): number {
  return 2 * triple(x);
}

class Local extends ParallelWorker {
  paraMethod(x: number): number {
    return six(x) + offset;
  }
}

describe('functions under vitest reach a thread', () => {
  test.each([
    ['an exported function', functions.square, 3, 9],
    ['an exported arrow function with an import', functions.shifted, 3, 103],
    ['an export of another name', functions.minus, 3, -3],
    ['a worker class', functions.Doubler, 3, 6],
    ['a worker class with a constructor', functions.Counter, 3, 13],
    ['the default export', functions.default, 3, 'default 3'],
    ['a function of a library', variance, [1, 3], 1],
    ['an arrow function of the test file', (x: number) => x + 1, 3, 4],
    ['a function of the test file with helpers', six, 3, 18],
    ['a worker class of the test file', Local, 3, 118],
    ['a function that uses a library', (x: number[]) => variance(x), [1, 3], 1],
    ['a function that uses import.meta', () => import.meta.url, 0, import.meta.url],
    ['a function of Node', join, 'a', 'a'],
    [
      'an import() of a library',
      async (x: number[]) => (await import('simple-statistics')).variance(x),
      [1, 3],
      1,
    ],
    ['an import() of a file', async (x: number) => x + (await import('./fixtures/offset.ts')).offset, 3, 103],
    ['an import() of Node', async (x: string) => (await import('node:path')).join(x, 'b'), 'a', 'a/b'],
  ])('%s', async (_what, target, input, expected) => {
    expect(await valueFromThread(target, input)).toBe(expected);
  });
});
