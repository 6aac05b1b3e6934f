import fc from 'fast-check';
import { SharedArray } from 'parajob';
import { describe, expect, test } from 'vitest';
import { bytesPerElement, type DType, type TypedArray, viewOf } from '../../src/arrays/dtype.ts';
import { type WriteInPlace, writeInPlace } from '../../src/worker/write-in-place.ts';

const UNTOUCHED = 77;

/** Rows of an array that does not start where its memory does. */
function output(
  dtype: DType,
  nRows: number,
  rowLength: number,
  isScalar = false,
): [WriteInPlace, () => unknown[]] {
  const byteOffset = 16;
  const buffer = new SharedArrayBuffer(byteOffset + nRows * rowLength * bytesPerElement(dtype));
  const data = viewOf(dtype, buffer, byteOffset) as TypedArray;
  const isBig = dtype.startsWith('big');
  (data as Float64Array).fill((isBig ? BigInt(UNTOUCHED) : UNTOUCHED) as number);
  const write = writeInPlace({ dtype, buffer, byteOffset, nRows, rowLength, isScalar });
  return [write, () => [...(data as Float64Array)]];
}

const misfit = (message: string | RegExp) =>
  expect.objectContaining({ code: 'RESULT_DOES_NOT_FIT', message: expect.stringMatching(message) });

describe('a number', () => {
  test.each<[DType, unknown]>([
    ['float64', Number.NaN],
    ['float32', 1.5],
    ['int8', -128],
    ['biguint64', 2n ** 64n - 1n],
    ['uint8c', 200],
  ])('of %s goes to its place, and nowhere else', (dtype, value) => {
    const [write, elements] = output(dtype, 3, 1, true);
    write(1, value);
    const untouched = dtype === 'biguint64' ? BigInt(UNTOUCHED) : UNTOUCHED;
    expect(elements()).toEqual([untouched, value, untouched]);
  });

  test.each<[DType, unknown, string]>([
    ['int8', 128, '^the result is 128, which does not fit int8$'],
    ['int32', 0.5, '^the result is 0.5, which does not fit int32$'],
    ['float32', 1e300, '^the result is 1e\\+300'],
    ['uint8', Number.NaN, '^the result is NaN'],
    ['bigint64', 2n ** 63n, '^the result is 9223372036854775808n, which does not fit bigint64$'],
    ['bigint64', 1, '^the result is 1,'],
    ['float64', 1n, '^the result is 1n,'],
    ['float64', '1', '^the result is a string, which does not fit float64$'],
    ['float64', undefined, '^the result is undefined,'],
    ['float64', null, '^the result is null,'],
    ['float64', [1], '^the result is an Array,'],
    ['float64', Object.create(null), '^the result is an object,'],
    ['uint8', new Date(1), '^the result is a Date'],
  ])('of %s is not %o', (dtype, value, message) => {
    const [write, elements] = output(dtype, 1, 1, true);
    const before = elements();
    expect(() => write(0, value)).toThrow(misfit(message));
    expect(elements()).toEqual(before);
  });
});

describe('a row', () => {
  test.each([
    ['a typed array', new Float64Array([1, 2, 3, 4])],
    ['one of another kind', new Uint8Array([1, 2, 3, 4])],
    ['a part of one', new Float64Array([0, 1, 2, 3, 4, 5]).subarray(1, 5)],
    ['an array of numbers', [1, 2, 3, 4]],
    [
      'nested arrays',
      [
        [1, [2]],
        [[3], 4],
      ],
    ],
    [
      'a shared array',
      SharedArray.from([
        [1, 2],
        [3, 4],
      ]),
    ],
  ])('can be %s', (_, row) => {
    const [write, elements] = output('float64', 3, 4);
    write(1, row);
    const untouched = new Array(4).fill(UNTOUCHED);
    expect(elements()).toEqual([...untouched, 1, 2, 3, 4, ...untouched]);
  });

  test.each<[string, unknown, string]>([
    ['too short', [1], '^the result has 1 element; a row of the output has 2$'],
    ['too long', new Int8Array(3), '^the result has 3 elements'],
    ['a number', 5, '^the result is 5, which does not fit a row of 2 int8$'],
    ['text', 'ab', '^the result is a string'],
    ['a set', new Set([1, 2]), '^the result is a Set'],
    ['nothing', undefined, '^the result is undefined,'],
    ['out of range', [1, 300], '^element 1 of the result is 300, which does not fit int8$'],
    ['rounded', new Float64Array([0.5, 1]), '^element 0 of the result is 0.5'],
    ['of bigints', [1n, 2n], '^element 0 of the result is 1n'],
    ['of holes', new Array(2), '.'],
    ['bytes', new DataView(new ArrayBuffer(2)), '^the result is a DataView'],
  ])('cannot be %s, and then nothing of it is written', (_, row, message) => {
    const [write, elements] = output('int8', 1, 2);
    expect(() => write(0, row)).toThrow(misfit(message));
    expect(elements()).toEqual([UNTOUCHED, UNTOUCHED]);
  });

  test('of one element may be an array, not a number', () => {
    const [write, elements] = output('float64', 2, 1);
    write(0, [3]);
    expect(elements()).toEqual([3, UNTOUCHED]);
    expect(() => write(1, 3)).toThrow(misfit('^the result is 3'));
  });

  test('may have no elements at all', () => {
    const [write] = output('float64', 2, 0);
    write(1, []);
    expect(() => write(1, [1])).toThrow(misfit('^the result has 1 element'));
  });
});

test('rows written in any order stand where they belong', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.array(fc.array(fc.integer({ min: -128, max: 127 }), { minLength: 6, maxLength: 6 }), {
        maxLength: 8,
      }),
      fc.infiniteStream(fc.nat()),
      (rowLength, rows, picks) => {
        const [write, elements] = output('int8', rows.length, rowLength);
        const places = rows.map((_, place) => place);
        while (places.length > 0) {
          const [place] = places.splice(picks.next().value % places.length, 1) as [number];
          const row = rows[place]!.slice(0, rowLength);
          write(place, place % 2 === 0 ? row : new Int8Array(row));
        }
        expect(elements()).toEqual(rows.flatMap((row) => row.slice(0, rowLength)));
      },
    ),
  );
});
