import { SharedArray } from 'parajob';
import { describe, expect, test } from 'vitest';
import { checkRun } from '../../src/check-run-options.ts';
import { expectRefusal } from './expect-refusal.ts';

async function* lazily(): AsyncGenerator<number> {
  yield 1;
}

describe('inputs are anything to iterate, counted where that reads nothing', () => {
  test.each([
    ['an array', [1, 2, 3], 3],
    ['an empty array', [], 0],
    ['a typed array', new Float32Array(4), 4],
    ['a shared array', SharedArray.zeros('float64', [5, 2]), 5],
    ['a set', new Set([1, 2]), 2],
    ['a map', new Map([[1, 2]]), 1],
    ['an iterator', [1, 2].values(), undefined],
    ['an async generator', lazily(), undefined],
  ])('%s', (_, inputs, count) => {
    const run = checkRun('runJobs', inputs);
    expect(run.inputs).toBe(inputs);
    expect(run.count).toBe(count);
    expect(checkRun('stream', inputs, {}).inputs).toBe(inputs);
  });

  test('nothing is read from them', () => {
    const inputs = {
      [Symbol.iterator](): Iterator<number> {
        throw new Error('too early');
      },
    };
    expect(checkRun('runJobs', inputs).inputs).toBe(inputs);
  });
});

describe('inputs are not', () => {
  test('a string', () => {
    expectRefusal(() => checkRun('runJobs', 'abc'), 'INVALID_INPUTS', "the inputs are the string 'abc'");
    expectRefusal(() => checkRun('runJobs', '', {}), 'INVALID_INPUTS', "the inputs are the string ''");
  });

  test.each([
    ['undefined', undefined],
    ['null', null],
    ['3', 3],
    ['[Function', () => [1]],
  ])('%s', (shown, inputs) => {
    expectRefusal(() => checkRun('runJobs', inputs), 'INVALID_INPUTS', `not ${shown}`);
    expectRefusal(() => checkRun('stream', inputs, {}), 'INVALID_INPUTS', `not ${shown}`);
  });

  test('something with a length only', () => {
    expectRefusal(() => checkRun('runJobs', { length: 3 }, {}), 'INVALID_INPUTS', 'try Array.from');
  });

  test('nJobs by itself, with the other options behind it', () => {
    expectRefusal(
      () => checkRun('runJobs', { nJobs: 3 }, { logLevel: 'info' }),
      'INVALID_INPUTS',
      '`nJobs` stands among the other options, in one object',
    );
  });
});

describe('without inputs there is nJobs', () => {
  test.each([0, 1, 2 ** 31 - 1])('%d', (nJobs) => {
    expect(checkRun('runJobs', { nJobs })).toMatchObject({ inputs: undefined, count: nJobs });
    expect(checkRun('stream', { nJobs, logLevel: 'info' })).toMatchObject({ count: nJobs });
  });

  test.each([-1, 1.5, Number.NaN, 2 ** 31, Number.POSITIVE_INFINITY, '3', null])('but not %o', (nJobs) => {
    expectRefusal(
      () => checkRun('runJobs', { nJobs }),
      'INVALID_OPTION',
      'a whole number from 0 to 2147483647',
    );
  });

  test.each([
    {},
    { logLevel: 'info' },
    { nJobs: undefined },
  ])('and one of them is needed, not %o', (options) => {
    expectRefusal(() => checkRun('runJobs', options), 'INVALID_INPUTS', 'runJobs needs inputs, or { nJobs }');
  });

  test('and not both', () => {
    const message = 'runJobs takes inputs or `nJobs` (2), not both';
    expectRefusal(() => checkRun('runJobs', [1, 2], { nJobs: 2 }), 'INVALID_OPTION', message);
  });
});
