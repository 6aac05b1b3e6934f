import fc from 'fast-check';
import { ParallelWorker, partial } from 'parajob';
import { quantile } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import type { WorkerFunction } from '../src/inference.ts';
import { isPartial, targetOf, trailingOf } from '../src/partial.ts';

const list = (...args: readonly unknown[]): readonly unknown[] => args;
const values = fc.array(fc.anything(), { maxLength: 4 });

test('bound arguments come after the input', () => {
  expect(partial(quantile, 0.9)([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toBeCloseTo(9.1);
});

test('function and arguments can be had apart', () => {
  const bound = partial(quantile, 0.9);
  expect(isPartial(bound)).toBe(true);
  expect(targetOf(bound)).toBe(quantile);
  expect(trailingOf(bound)).toEqual([0.9]);
  expect(bound.name).toBe('quantile');
});

test('other functions are no partials, and bind nothing', () => {
  expect(isPartial(quantile)).toBe(false);
  expect(isPartial('quantile')).toBe(false);
  expect(targetOf(quantile)).toBe(quantile);
  expect(trailingOf(quantile)).toEqual([]);
});

test('a partial of partials is one partial, of all that they bind', () => {
  fc.assert(
    fc.property(fc.array(values, { minLength: 1, maxLength: 4 }), fc.anything(), (bindings, input) => {
      const bind = partial as (fn: WorkerFunction, ...trailing: readonly unknown[]) => WorkerFunction;
      const bound = bindings.reduce((fn, trailing) => bind(fn, ...trailing), list as WorkerFunction);
      expect(targetOf(bound)).toBe(list);
      expect(trailingOf(bound)).toEqual(bindings.flat());
      expect((bound as typeof list)(input, 'more')).toEqual([input, ...bindings.flat(), 'more']);
    }),
  );
});

describe('what cannot be bound is refused at once', () => {
  class Doubler extends ParallelWorker {
    paraMethod(x: number): number {
      return 2 * x;
    }
  }

  test.each([
    ['a class', Doubler],
    ['an object', { module: 'x' }],
    ['nothing', undefined],
  ])('%s', (_, target) => {
    expect(() => partial(target as unknown as () => void)).toThrow(
      expect.objectContaining({ code: 'INVALID_WORKER', message: expect.stringContaining('workerArgs') }),
    );
  });
});
