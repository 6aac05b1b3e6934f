import { SharedArray } from 'parajob';
import { describe, expect, it } from 'vitest';
import { isWritten, RESULT_ROWS, type ResultRows } from '../../src/protocol/result-rows.ts';
import { writeRows } from '../../src/worker/write-rows.ts';

const rows = (more: Partial<ResultRows> = {}): ResultRows => ({
  index: undefined,
  dtype: 'float64',
  shape: undefined,
  data: new Float64Array(new SharedArrayBuffer(32)),
  ...more,
});
const aimedAt = (...targets: ResultRows[]) => Object.assign([1, 2], { [RESULT_ROWS]: targets });

describe('what a job returns', () => {
  it('goes on as it is if nothing says where it belongs', () => {
    const returned = Float64Array.of(1);
    expect(writeRows(returned, [1, 2])).toBe(returned);
  });

  it('is written where it belongs, and a word goes on', () => {
    const target = rows();
    expect(isWritten(writeRows(Float64Array.of(1, 2, 3, 4), aimedAt(target)))).toBe(true);
    expect([...target.data]).toEqual([1, 2, 3, 4]);
  });

  it('is written once a promise of it has settled', async () => {
    const target = rows();
    const returned = writeRows(Promise.resolve(Float64Array.of(4, 3, 2, 1)), aimedAt(target));
    expect(isWritten(await returned)).toBe(true);
    expect([...target.data]).toEqual([4, 3, 2, 1]);
  });

  it('is written if it is a SharedArray of the shape that is expected', () => {
    const target = rows({ shape: [2, 2] });
    const returned = SharedArray.from([1, 2, 3, 4], [2, 2]);
    expect(isWritten(writeRows(returned, aimedAt(target)))).toBe(true);
    expect([...target.data]).toEqual([1, 2, 3, 4]);
  });

  it('is written in parts if it is a list, which the job keeps as it was', () => {
    const [first, third] = [rows({ index: 0 }), rows({ index: 2 })];
    const returned = [Float64Array.of(1, 1, 1, 1), 'once', Float64Array.of(3, 3, 3, 3)];
    const sent = writeRows(returned, aimedAt(first, third)) as unknown[];
    expect(sent.map(isWritten)).toEqual([true, false, true]);
    expect(sent[1]).toBe('once');
    expect([first.data[0], third.data[3]]).toEqual([1, 3]);
    expect(returned[0]).toBeInstanceOf(Float64Array);
  });

  it.each<[string, unknown, Partial<ResultRows>]>([
    ['too long', new Float64Array(5), {}],
    ['too short', new Float64Array(3), {}],
    ['of another dtype', new Float32Array(4), {}],
    ['no array', 4, {}],
    ['nothing', undefined, {}],
    ['a SharedArray where a typed array is expected', SharedArray.zeros('float64', 4), {}],
    ['a typed array where a SharedArray is expected', new Float64Array(4), { shape: [4] }],
    ['of another shape', SharedArray.zeros('float64', [4, 1]), { shape: [2, 2] }],
    ['of complex numbers', SharedArray.zeros('complex128', [2]), { shape: [2] }],
    ['no list where one value of a list is expected', new Float64Array(4), { index: 0 }],
    ['too few values', [], { index: 0 }],
  ])('goes on as it is if it is %s', (_, returned, more) => {
    const target = rows(more);
    expect(writeRows(returned, aimedAt(target))).toBe(returned);
    expect([...target.data]).toEqual([0, 0, 0, 0]);
  });
});
