import { JobRunner, ParallelWorker, partial } from 'parajob';
import { quantile } from 'simple-statistics';
import { describe, expectTypeOf, test } from 'vitest';

declare const arrays: Float64Array[];
const format = (x: number, digits: number, unit?: string): string => x.toFixed(digits) + (unit ?? '');

describe('partial leaves a function of the input', () => {
  test('to call', () => {
    expectTypeOf(partial(format, 2)(1)).toEqualTypeOf<string>();
    expectTypeOf(partial(format, 2)(1, 'mm')).toEqualTypeOf<string>();
    expectTypeOf(partial(format, 2, 'mm')).toEqualTypeOf<(input: number) => string>();
    // @ts-expect-error -- the unit is bound
    partial(format, 2, 'mm')(1, 'cm');
    // @ts-expect-error -- the input is a number
    partial(format, 2)('1');
  });

  test('to run', () => {
    const runner = new JobRunner(partial(format, 2));
    expectTypeOf(runner.runJobs([1, 2])).resolves.toEqualTypeOf<string[]>();
    // @ts-expect-error -- the input is a number
    void runner.runJobs(['1']);
    const later = new JobRunner(partial(async (x: number, y: number) => x + y, 1));
    expectTypeOf(later.runJobs([1])).resolves.toEqualTypeOf<number[]>();
  });

  test('by the signature that fits, if there are several', () => {
    expectTypeOf(new JobRunner(partial(quantile, 0.9)).runJobs(arrays)).resolves.toEqualTypeOf<number[]>();
    expectTypeOf(new JobRunner(partial(quantile, [0.1, 0.9])).runJobs(arrays)).resolves.toEqualTypeOf<
      number[][]
    >();
    // @ts-expect-error -- none fits
    void new JobRunner(partial(quantile, 'high')).runJobs(arrays);
  });

  test('of any number of arguments', () => {
    expectTypeOf(partial(Math.max, 1, 2)(3)).toEqualTypeOf<number>();
    const bounds: number[] = [];
    expectTypeOf(partial(Math.max, ...bounds)(3)).toEqualTypeOf<number>();
  });
});

describe('what is bound has to fit', () => {
  test('in type', () => {
    // @ts-expect-error -- digits are a number
    partial(format, '2');
    // @ts-expect-error -- the unit is a string
    partial(format, 2, 3);
  });

  test('in number', () => {
    // @ts-expect-error -- one too many
    partial(format, 2, 'mm', true);
    // @ts-expect-error -- the digits are still missing
    void new JobRunner(partial(format)).runJobs([1]);
  });

  test('to a function', () => {
    class Doubler extends ParallelWorker {
      paraMethod(x: number) {
        return 2 * x;
      }
    }
    // @ts-expect-error -- a class has workerArgs
    partial(Doubler, 2);
    // @ts-expect-error -- no function at all
    partial(3, 2);
  });
});

test('a partial of a partial binds what is left', () => {
  const toMillimetres = partial(partial(format, 2), 'mm');
  expectTypeOf(toMillimetres).toEqualTypeOf<(input: number) => string>();
  // @ts-expect-error -- the unit is a string
  partial(partial(format, 2), 3);
});

test('type parameters become their constraints', () => {
  const pick = <T extends number[]>(list: T, index: number): T[number] | undefined => list[index];
  expectTypeOf(new JobRunner(partial(pick, 0)).runJobs([[1]])).resolves.toEqualTypeOf<
    (number | undefined)[]
  >();
});
