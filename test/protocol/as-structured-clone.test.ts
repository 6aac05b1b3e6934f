import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { SharedArray } from 'parajob';
import { expect, test } from 'vitest';
import { fixAll, reviveValues } from '../../src/protocol/fixed-values.ts';

const views: fc.Arbitrary<unknown>[] = [
  fc.float64Array({ maxLength: 5 }),
  fc.int8Array({ maxLength: 5 }),
  fc.uint8ClampedArray({ maxLength: 5 }),
  fc.bigInt64Array({ maxLength: 5 }),
  // A part of a buffer that others see as well.
  fc.uint16Array({ minLength: 3, maxLength: 9 }).map((view) => view.subarray(1, 3)),
  fc.uint8Array({ maxLength: 9 }).map((view) => new DataView(view.buffer)),
  fc.uint8Array({ maxLength: 9 }).map((view) => view.buffer),
];

const leaves = fc.oneof(
  fc
    .anything({ maxDepth: 0, withBigInt: true, withDate: true, withTypedArray: false })
    // Two of them are never equal, as Node compares.
    .filter((leaf) => !(leaf instanceof Date && Number.isNaN(leaf.getTime()))),
  fc.constantFrom<unknown>(/x/g, -0, new Error('e'), Object(1), new Map(), new Set()),
  ...views,
);

const { value: values } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4, withCrossShrink: true }, leaves, tie('inner')),
  inner: fc.oneof(
    fc.array(tie('value'), { maxLength: 4 }),
    fc.sparseArray(tie('value'), { maxNumElements: 3, maxLength: 40 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'length', '0')), tie('value')),
    fc.array(tie('value'), { maxLength: 4 }).map((members) => new Set(members)),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 4 }).map((entries) => new Map(entries)),
    fc.tuple(fc.array(tie('value')), fc.dictionary(fc.string(), tie('value'))).map(([array, fields]) => {
      return Object.assign(
        array,
        Object.fromEntries(Object.entries(fields).filter(([key]) => key !== 'length')),
      );
    }),
    // The same thing in two places.
    tie('value').map((twice) => [twice, { twice }]),
    tie('value').map((inner) => {
      const circle: { inner: unknown; self?: unknown } = { inner };
      circle.self = circle;
      return circle;
    }),
  ),
}));

test('a fixed value is what structured clone makes of it, here and after crossing', () => {
  fc.assert(
    fc.property(values, (value) => {
      // In a list: of objects by themselves there are tables (test/protocol/table.test.ts).
      const expected = structuredClone([[value]]);
      const { fixed, transfer } = fixAll([[value]], 'input');
      expect(isDeepStrictEqual(fixed.values, expected)).toBe(true);
      expect(isDeepStrictEqual(structuredClone(fixed.values, { transfer }), expected)).toBe(true);
      expect(isDeepStrictEqual(structuredClone([[value]]), expected), 'the original is as it was').toBe(true);
      expect(fixed.shared).toEqual([]);
    }),
    { numRuns: 400 },
  );
});

test('no part of a fixed value is a part of the original', () => {
  fc.assert(
    fc.property(values, (value) => {
      const originals = partsOf(value);
      for (const part of partsOf(fixAll([value], 'input').fixed.values[0])) {
        expect(originals.has(part)).toBe(false);
      }
    }),
    { numRuns: 200 },
  );
});

test('shared arrays come through at any depth, and are the same memory', () => {
  const array = SharedArray.from([[1, 2, 3]]);
  const holding = fc.letrec<{ holder: unknown }>((tie) => ({
    holder: fc.oneof(
      { maxDepth: 5 },
      fc.constant(array),
      fc.array(fc.oneof(tie('holder'), fc.integer()), { minLength: 1, maxLength: 3 }),
      fc.array(tie('holder'), { maxLength: 3 }).map((members) => new Set(members)),
      fc.array(fc.tuple(tie('holder'), tie('holder')), { maxLength: 3 }).map((entries) => new Map(entries)),
      fc.dictionary(fc.string(), tie('holder'), { maxKeys: 3, noNullPrototype: true }),
    ),
  })).holder;
  fc.assert(
    fc.property(holding, holding, (first, second) => {
      const { fixed, transfer } = fixAll([first, second], 'input');
      const arrived = reviveValues(structuredClone(fixed, { transfer }));
      expect(isDeepStrictEqual(arrived, [first, second])).toBe(true);
      for (const part of partsOf(arrived)) {
        if (part instanceof SharedArray) part.data[0]! += 1;
        else expect(Object.hasOwn(part, 'byteOffset'), 'a handle that was not found again').toBe(false);
      }
      const nCopies = [...partsOf(arrived)].filter((part) => part instanceof SharedArray).length;
      expect(array.data[0]).toBe(1 + nCopies);
      array.data[0] = 1;
    }),
    { numRuns: 300 },
  );
});

/** All objects in a value. */
function partsOf(value: unknown, parts = new Set<object>()): Set<object> {
  if (typeof value !== 'object' || value === null || parts.has(value)) return parts;
  parts.add(value);
  if (value instanceof SharedArray || ArrayBuffer.isView(value)) return parts;
  const inner =
    value instanceof Map ? [...value].flat() : value instanceof Set ? [...value] : Object.values(value);
  for (const part of inner) partsOf(part, parts);
  return parts;
}
