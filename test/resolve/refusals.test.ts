import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { JobRunnerError } from '../../src/errors.ts';
import type { AnyFunction } from '../../src/protocol/worker-reference.ts';
import type { ModuleReference } from '../../src/resolve/module-reference.ts';
import { resolveWorker } from '../../src/resolve/resolve-worker.ts';

describe('what is no worker is refused', () => {
  test.each([
    ['a bound function', Math.max.bind(null, 1), /arrow function.*partial\(/],
    ['a number', 7, /not 7/],
    ['null', null, /not null/],
    ['a module without a place', { module: './lib.ts' }, /new URL\('.\/my-module.ts', import.meta.url\)/],
    ['a module that is no URL', { module: 7 }, /not 7/],
    ['an export without a name', { module: 'file:///lib.ts', name: 7 }, /not 7/],
  ])('%s', (_what, target, message) => {
    expect(() => resolveWorker(target as ModuleReference)).toThrow(
      expect.objectContaining({ code: 'INVALID_WORKER', message: expect.stringMatching(message) }),
    );
  });
});

describe('a function that uses a value of the program is refused', () => {
  const table = [1, 2, 3];
  const first = (x: number) => x * (table[0] ?? 0);
  let counted = 0;

  test('naming the variable, its line, and the way out', () => {
    const { message } = refusalOf(first);
    const [, declared, used] = /`table` \(declared at (\S+), used at (\S+)\)/.exec(message) ?? [];
    expect(declared).toBe(placeOf('table = [1'));
    expect(used).toBe(placeOf('table[0]'));
    expect(message).toMatch(
      /new JobRunner<typeof import\('.\/my-module.ts'\).first>\(\{ module: .*, name: 'first' \}\)/,
    );
  });

  test.each([
    ['through another function', (x: number) => first(x), /`table`/],
    ['that it writes to', () => counted++, /`counted`/],
    [
      'of the function that made it',
      (
        (k: number) => (x: number) =>
          x * k
      )(3),
      /`k`/,
    ],
  ])('%s', (_what, target, message) => {
    expect(() => resolveWorker(target)).toThrow(message);
  });
});

function refusalOf(target: AnyFunction): Error {
  try {
    resolveWorker(target);
  } catch (error) {
    if (error instanceof JobRunnerError && error.code === 'WORKER_NOT_LOCATED') return error;
  }
  throw new Error('it was not refused');
}

/** Where a text first stands in this file, as errors write it. */
function placeOf(text: string): string {
  const file = fileURLToPath(import.meta.url);
  const before = readFileSync(file, 'utf8').split(text, 1).join().split('\n');
  return `${file}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}
