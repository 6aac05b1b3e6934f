import { move, SharedArray } from 'parajob';
import { describe, expect, test } from 'vitest';
import { fixAll, reviveValues } from '../../src/protocol/fixed-values.ts';
import { UncloneableError } from '../../src/protocol/uncloneable.ts';

const LARGE = 10_000;

/** 64 kB; the types of Node know nothing of it. */
function wasmMemory(): { readonly buffer: ArrayBuffer } {
  const { WebAssembly } = globalThis as unknown as {
    WebAssembly: { Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer } };
  };
  return new WebAssembly.Memory({ initial: 1 });
}

/** A result as a lane hands it over, and what arrives. */
function handOver<T>(result: T): T {
  const { fixed, transfer } = fixAll([result], 'result', { moves: true });
  return reviveValues(structuredClone(fixed, { transfer }))[0] as T;
}

describe('move', () => {
  test('returns the value itself, also one that has no memory', () => {
    const array = Float64Array.of(1);
    expect(move(array)).toBe(array);
    expect(move(1)).toBe(1);
    expect(move(null)).toBe(null);
  });

  test.each([4, LARGE])('takes an array of %i numbers away from the job', (length) => {
    const array = new Float64Array(length).fill(3);
    const arrived = handOver(move(array));
    expect(arrived).toEqual(new Float64Array(length).fill(3));
    expect(array).toHaveLength(0);
  });

  test('finds buffers in objects, arrays, Maps and Sets', () => {
    const arrays = Array.from({ length: 5 }, (_, i) => new Float64Array(LARGE).fill(i));
    const [a, b, c, d, e] = arrays as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
    const value = { a, list: [b, 'text'], map: new Map([[1, c]]), set: new Set([d]), buffer: e.buffer };
    const arrived = handOver(move(value));
    expect(arrived.a[1]).toBe(0);
    expect((arrived.list[0] as Float64Array)[1]).toBe(1);
    expect(arrived.map.get(1)?.[1]).toBe(2);
    expect([...arrived.set][0]?.[1]).toBe(3);
    expect(new Float64Array(arrived.buffer)[1]).toBe(4);
    expect(arrays.map(({ length }) => length)).toEqual([0, 0, 0, 0, 0]);
  });

  test('of a part of a result leaves the rest to the job', () => {
    const moved = new Float64Array(LARGE).fill(1);
    const kept = new Float64Array(LARGE).fill(2);
    const arrived = handOver({ moved: move(moved), kept });
    expect([arrived.moved[1], arrived.kept[1]]).toEqual([1, 2]);
    expect([moved.length, kept.length]).toEqual([0, LARGE]);
  });

  test('within what is moved changes nothing', () => {
    const array = new Float64Array(LARGE).fill(1);
    expect(handOver(move({ a: move({ array }) })).a.array[5]).toBe(1);
    expect(array).toHaveLength(0);
  });

  test('lets two views of one buffer be two views of one buffer, in their places', () => {
    const all = new Float64Array(LARGE);
    all[3] = 7;
    const arrived = handOver(move({ part: all.subarray(3, 5), bytes: new Uint8Array(all.buffer) }));
    expect(arrived.part.buffer).toBe(arrived.bytes.buffer);
    expect([arrived.part.byteOffset, arrived.part.length, arrived.part[0]]).toEqual([24, 2, 7]);
  });

  test('leaves a SharedArray shared', () => {
    const shared = SharedArray.from([1, 2, 3]);
    const array = new Float64Array(LARGE);
    const arrived = handOver(move({ shared, array }));
    arrived.shared.data[0] = 5;
    expect(shared.data[0]).toBe(5);
  });

  test('a second time is refused, with the path, and takes nothing else along', () => {
    const gone = new Float64Array(LARGE);
    handOver(move(gone));
    const other = new Float64Array(LARGE);
    const again = () => handOver(move({ other, list: [gone] }));
    expect(again).toThrow(UncloneableError);
    expect(again).toThrow('result[0].list[0] is memory that has been moved elsewhere');
    expect(other).toHaveLength(LARGE);
  });

  test('copies memory that cannot be moved', () => {
    const memory = wasmMemory();
    const own = new Float64Array(LARGE).fill(4);
    new Uint8Array(memory.buffer)[9] = 9;
    const arrived = handOver(
      move({ bytes: new Uint8Array(memory.buffer), own, pooled: Buffer.from('text') }),
    );
    expect([arrived.bytes[9], arrived.own[1]]).toEqual([9, 4]);
    expect(Buffer.from(arrived.pooled).toString()).toBe('text');
    expect(memory.buffer.byteLength).toBe(65_536);
  });

  test('of an input is nothing to those who read it: only results are moved', () => {
    const array = new Float64Array(LARGE);
    fixAll([move(array)], 'input');
    expect(array).toHaveLength(LARGE);
  });
});
