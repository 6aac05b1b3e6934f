import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fixAll, reviveInPlace, reviveValues, ValueFixer } from '../../src/protocol/fixed-values.ts';

/** Short lists cross one by one, long ones as memory; what is no number may stand anywhere, or nowhere. */
const lists = fc
  .tuple(fc.array(fc.oneof(fc.double(), fc.integer()), { maxLength: 50 }), fc.integer({ min: 0, max: 12 }))
  .chain(([some, times]) => {
    const numbers = Array.from({ length: times }, () => some).flat();
    return fc
      .option(fc.tuple(fc.nat(numbers.length), fc.oneof(fc.string(), fc.constant(undefined), fc.bigInt())))
      .map((other) => (other === null ? numbers : numbers.toSpliced(other[0], 0, other[1] as never)));
  });

test('a list in which most are numbers arrives as it is, through threads or not', () => {
  fc.assert(
    fc.property(lists, (list) => {
      const { fixed } = fixAll(list, 'result');
      expect(reviveValues(structuredClone(fixed))).toStrictEqual(list);
      expect(Array.from(reviveInPlace(structuredClone(fixed)))).toStrictEqual(list);
      expect(reviveValues(fixed)).toStrictEqual(list);
    }),
  );
});

test('one fixer takes one list after the other', () => {
  fc.assert(
    fc.property(fc.array(lists, { maxLength: 4 }), (several) => {
      const fixer = new ValueFixer();
      const taken = several.map((list) => {
        for (const value of list) fixer.add(value, 'result');
        expect(fixer.size).toBe(list.length);
        return fixer.take().fixed;
      });
      expect(taken.map(reviveValues)).toStrictEqual(several);
      expect(fixer.size).toBe(0);
    }),
  );
});
