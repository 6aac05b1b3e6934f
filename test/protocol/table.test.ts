import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fixAll, reviveValues } from '../../src/protocol/fixed-values.ts';

const field = fc.oneof(
  fc.double(),
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  fc.bigInt(),
);
const record = fc.dictionary(fc.constantFrom('a', 'b', '7', '__proto__'), field, { noNullPrototype: true });

function cross(values: readonly unknown[]): unknown[] {
  const { fixed, transfer } = fixAll(values, 'input');
  return reviveValues(structuredClone(fixed, { transfer }));
}

describe('objects with the same fields', () => {
  test('arrive as they were, in any mixture with others', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 5, arbitrary: record }, field, fc.array(record))), (values) => {
        expect(cross(values)).toEqual(structuredClone(values));
      }),
    );
  });

  test('are fixed at once, and never one object', () => {
    const reused = { a: 1, b: 'x' };
    const { fixed } = fixAll([reused, reused], 'input');
    reused.a = 2;
    const [first, second] = reviveValues(structuredClone(fixed));
    expect([first, second]).toEqual([
      { a: 1, b: 'x' },
      { a: 1, b: 'x' },
    ]);
    expect(first).not.toBe(second);
  });

  test('keep the order of their fields', () => {
    const values = [
      { b: 1, a: 2, 7: 3 },
      { b: 4, a: 5, 7: 6 },
    ];
    expect(cross(values).map((value) => Object.keys(value as object))).toEqual([
      ['7', 'b', 'a'],
      ['7', 'b', 'a'],
    ]);
  });

  test('one whose getter throws has left nothing behind', () => {
    const broken = {
      a: 1,
      get b(): number {
        throw new RangeError('no');
      },
    };
    expect(() => fixAll([{ a: 1, b: 2 }, broken], 'input')).toThrow(RangeError);
    expect(
      cross([
        { a: 1, b: 2 },
        { a: 3, b: [] },
        { a: 4, b: 5 },
      ]),
    ).toEqual([
      { a: 1, b: 2 },
      { a: 3, b: [] },
      { a: 4, b: 5 },
    ]);
  });
});
