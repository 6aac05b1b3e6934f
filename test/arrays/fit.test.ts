import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DTYPES, type DType, viewOf } from '../../src/arrays/dtype.ts';
import { fits } from '../../src/arrays/fit.ts';

const EXACT = [
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'bigint64',
  'biguint64',
  'float64',
] as const;

/** What an array of this dtype makes of a value; undefined if it takes none of its kind. */
function stored(dtype: DType, value: unknown): number | bigint | undefined {
  const array = viewOf(dtype, new ArrayBuffer(8)) as unknown as (number | bigint)[];
  try {
    array[0] = value as number;
  } catch {
    return undefined;
  }
  return array[0];
}

const numbers = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.integer({ min: -300, max: 300 }),
  fc.bigInt({ min: -(2n ** 66n), max: 2n ** 66n }),
  fc.constantFrom<number | bigint>(
    ...[7, 8, 15, 16, 31, 32].flatMap((bits) => [
      2 ** bits,
      2 ** bits - 1,
      -(2 ** bits),
      -(2 ** bits) - 1,
      0.5,
    ]),
    ...[63n, 64n].flatMap((bits) => [2n ** bits, 2n ** bits - 1n, -(2n ** bits), -(2n ** bits) - 1n]),
  ),
);

test.each(EXACT)('%s holds what comes out of it as it went in', (dtype) => {
  fc.assert(
    fc.property(numbers, (value) => {
      const back = stored(dtype, value);
      const isSame = back === value || (Number.isNaN(back) && Number.isNaN(value));
      expect(fits(dtype, value)).toBe(isSame && typeof back === typeof value);
    }),
    { numRuns: 500 },
  );
});

test('float32 may round, but never make a number infinite', () => {
  fc.assert(
    fc.property(fc.double(), (value) => {
      const back = stored('float32', value) as number;
      expect(fits('float32', value)).toBe(Number.isFinite(back) === Number.isFinite(value));
    }),
    { numRuns: 500 },
  );
  expect(fits('float32', 0.1)).toBe(true);
  expect(fits('float32', 1e300)).toBe(false);
  expect(fits('float32', Number.NEGATIVE_INFINITY)).toBe(true);
});

test('a clamped array takes any number, but not NaN', () => {
  expect([300, -5, 0.5, Number.POSITIVE_INFINITY, Number.NaN].map((value) => fits('uint8c', value))).toEqual([
    true,
    true,
    true,
    true,
    false,
  ]);
});

describe.each(DTYPES)('%s takes no', (dtype) => {
  test.each([['1'], [true], [null], [undefined], [{}], [[1]], [Object(1)], [new Date(1)]])('%o', (value) => {
    expect(fits(dtype, value)).toBe(false);
  });
});
