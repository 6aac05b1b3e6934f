import { EventEmitter } from 'node:events';
import { Socket } from 'node:net';
import vm from 'node:vm';
import { MessageChannel } from 'node:worker_threads';
import { SharedArray } from 'parajob';
import { describe, expect, test } from 'vitest';
import { fixAll, reviveValues, ValueFixer } from '../../src/protocol/fixed-values.ts';
import { UncloneableError } from '../../src/protocol/uncloneable.ts';

/** One value as it arrives in another thread. */
function crossed<T>(value: T): T {
  const { fixed, transfer } = fixAll([value], 'input');
  return reviveValues(structuredClone(fixed, { transfer }))[0] as T;
}

/** One value as it arrives where it does not leave its thread. */
function kept<T>(value: T): T {
  return reviveValues(fixAll([value], 'input').fixed)[0] as T;
}

function refusal(value: unknown): string {
  try {
    fixAll([value], 'input');
  } catch (error) {
    expect(error).toBeInstanceOf(UncloneableError);
    return (error as Error).message;
  }
  return expect.fail('it was not refused');
}

describe.each([
  ['to another thread', crossed],
  ['within its thread', kept],
])('a value that goes %s', (_, go) => {
  test.each<[string, unknown]>([
    ['numbers, -0 and NaN among them', [0, -0, Number.NaN, 1e300]],
    ['strings, booleans, bigints', ['', 'x', true, 2n ** 70n]],
    ['undefined fields and null', { a: undefined, b: null }],
    ['dates, regular expressions, boxes', [new Date(5), /x/giu, Object(5)]],
    ['maps and sets', new Map<unknown, unknown>([[{ a: 1 }, new Set([[1], 'x'])]])],
    ['what a regular expression has matched', /(?<word>b)/.exec('abc')],
    ['an array with columns', Object.assign([[1], [2]], { columns: ['a', 'b'] })],
    ['a long array with fields', Object.assign(new Array(100).fill(1), { x0: 0, x1: 5, 'x-2': [1] })],
    ['an empty array with a field', Object.assign([], { raw: 'x' })],
    ['errors', [new RangeError('far'), new Error('x', { cause: new Error('y') })]],
    [
      'numbers in memory',
      [new Float64Array([1, Number.NaN]), new Uint8ClampedArray(3), new BigInt64Array(2)],
    ],
    ['bytes', [new ArrayBuffer(5), new DataView(new ArrayBuffer(8), 2, 3)]],
  ])('keeps %s', (__, value) => {
    const arrived = go(value);
    expect(arrived).toEqual(structuredClone(value));
    expect(arrived).not.toBe(value);
  });

  test('keeps the holes of a long list, and what it was given', () => {
    const sparse: unknown[] & { from?: string } = new Array(20_000);
    sparse[0] = undefined;
    sparse[3] = 'three';
    sparse[19_998] = { at: [19_998], all: sparse };
    sparse.from = 'a table';
    const arrived = go(sparse);
    expect(Object.keys(arrived)).toEqual(['0', '3', '19998', 'from']);
    expect(arrived).toEqual(structuredClone(sparse));
  });

  test('keeps holes', () => {
    const sparse = new Array<number>(4);
    sparse[0] = 1;
    sparse[2] = 3;
    const arrived = go(sparse);
    expect(arrived).toHaveLength(4);
    expect(1 in arrived).toBe(false);
    expect(3 in arrived).toBe(false);
  });

  test('keeps circles, and what stands in two places is one', () => {
    const shared = { x: 1 };
    const value: Record<string, unknown> = { a: shared, b: [shared], map: new Map([[shared, shared]]) };
    value.self = value;
    const arrived = go(value) as { a: object; b: object[]; map: Map<object, object>; self: unknown };
    expect(arrived.self).toBe(arrived);
    expect(arrived.b[0]).toBe(arrived.a);
    expect([...arrived.map]).toEqual([[arrived.a, arrived.a]]);
    expect(arrived.map.has(arrived.a)).toBe(true);
    expect(arrived.a).not.toBe(shared);
  });

  test('keeps a field named __proto__ a field', () => {
    const value = JSON.parse('{ "__proto__": { "x": 1 }, "y": [{ "__proto__": 2 }] }');
    const arrived = go(value);
    expect(Object.getPrototypeOf(arrived)).toBe(Object.prototype);
    expect(JSON.stringify(arrived)).toBe(JSON.stringify(value));
  });

  test('flattens instances and getters to plain objects', () => {
    class Point {
      x = 1;
      #hidden = 5;
      readonly nested: Float64Array = new Float64Array([this.#hidden]);
      get length(): number {
        return this.#hidden;
      }
      static [Symbol.toStringTag] = 'ignored';
    }
    class Tagged extends Point {
      get [Symbol.toStringTag](): string {
        return 'Tagged';
      }
    }
    const bare = Object.assign(Object.create(null), { a: 1 }) as object;
    const own = {
      get now(): number {
        return 7;
      },
    };
    for (const [value, plain] of [
      [new Point(), { x: 1, nested: new Float64Array([5]) }],
      [new Tagged(), { x: 1, nested: new Float64Array([5]) }],
      [bare, { a: 1 }],
      [own, { now: 7 }],
      [Object.create({ inherited: 1 }, { hidden: { value: 1 } }), {}],
      [new Proxy({ a: [1] }, {}), { a: [1] }],
      [new EventEmitter(), { _eventsCount: 0, _events: {}, _maxListeners: undefined }],
    ] as const) {
      const arrived = go(value);
      expect(Object.getPrototypeOf(arrived)).toBe(Object.prototype);
      expect(arrived).toMatchObject(plain);
      expect(Object.keys(arrived)).toHaveLength(Object.keys(plain).length);
    }
  });

  test('leaves symbols and what is not enumerable behind', () => {
    const value = Object.defineProperty({ a: 1, [Symbol('s')]: 2 }, 'hidden', { value: 3 });
    expect(Reflect.ownKeys(go(value))).toEqual(['a']);
  });

  test('is alone: changing the original afterwards changes nothing', () => {
    const inner = { list: [1, 2] };
    const value = {
      inner,
      samples: new Float64Array([1, 2]),
      map: new Map([['k', inner]]),
      when: new Date(1),
    };
    const fixed = fixAll([value], 'input').fixed;
    inner.list.push(3);
    value.samples[0] = 9;
    value.map.clear();
    value.when.setTime(2);
    const [arrived] = reviveValues(fixed) as [typeof value];
    expect(arrived.inner.list).toEqual([1, 2]);
    expect(arrived.samples).toEqual(new Float64Array([1, 2]));
    expect(arrived.map.get('k')).toBe(arrived.inner);
    expect(arrived.when.getTime()).toBe(1);
  });

  test('is of the language itself, not of a subclass or another realm', () => {
    class Samples extends Float64Array {
      constructor(...args: [ArrayBuffer] | [number]) {
        super(args[0] as number);
        if (typeof args[0] === 'number') this.fill(4);
      }
    }
    const foreign = vm.runInNewContext('({ a: new Int16Array([3]), list: [new Map([[1, new Set([2])]])] })');
    expect(go(new Samples(2)).constructor).toBe(Float64Array);
    expect(go(Buffer.from('abc')).constructor).toBe(Uint8Array);
    expect(go(Buffer.from(new SharedArrayBuffer(2))).constructor).toBe(Uint8Array);
    const arrived = go(foreign) as { a: Int16Array };
    expect(arrived.a.constructor).toBe(Int16Array);
    expect(arrived).toEqual({ a: new Int16Array([3]), list: [new Map([[1, new Set([2])]])] });
  });

  test('takes along no more of a big buffer than its view shows', () => {
    const big = new Float64Array(100_000).fill(3);
    for (const view of [big.subarray(10, 12), Buffer.from('ab'), new DataView(big.buffer, 80, 16)]) {
      expect(go(view).buffer.byteLength).toBe(view.byteLength);
    }
    expect(go(big.subarray(10, 12))).toEqual(new Float64Array([3, 3]));
  });

  test('shares shared memory', () => {
    const memory = new Int32Array(new SharedArrayBuffer(8));
    const arrived = go({ memory, buffer: memory.buffer });
    arrived.memory[1] = 6;
    expect(memory[1]).toBe(6);
    expect(new Int32Array(arrived.buffer)[1]).toBe(6);
  });

  test('has its shared arrays wherever they stood, each the same one everywhere', () => {
    const array = SharedArray.from([[1, 2]]);
    const other = SharedArray.from([7]);
    const holder = { array };
    const arrived = go({
      list: [array, [array]],
      map: new Map<unknown, unknown>([
        ['first', 1],
        [array, other],
        [other, { array }],
        [holder, 'last'],
      ]),
      set: new Set<unknown>([0, other, array, holder]),
      instance: new (class {
        field = array;
      })(),
    });
    const found = arrived.list[0] as SharedArray<'float64'>;
    expect(found).toBeInstanceOf(SharedArray);
    expect(found.data.buffer).not.toBe(undefined);
    found.data[0] = 8;
    expect(array.data[0]).toBe(8);
    const mapped = [...arrived.map];
    const others = mapped[1]![1];
    expect(arrived.list[1]).toEqual([found]);
    expect((arrived.list[1] as unknown[])[0]).toBe(found);
    expect(mapped.map(([key]) => key)).toEqual(['first', found, others, { array: found }]);
    expect(mapped[2]![0]).toBe(others);
    expect((mapped[2]![1] as typeof holder).array).toBe(found);
    expect([...arrived.set]).toEqual([0, others, found, { array: found }]);
    expect(arrived.instance.field).toBe(found);
  });

  test('is a shared array itself', () => {
    const array = SharedArray.zeros('int8', [2, 2]);
    const arrived = go(array);
    arrived.data[3] = 5;
    expect(array.toNested()).toEqual([
      [0, 0],
      [0, 5],
    ]);
  });
});

describe('what cannot cross is refused, with the way to it', () => {
  function named(): void {}
  const detached = new Float64Array(2);
  structuredClone(detached, { transfer: [detached.buffer] });
  const { port1 } = new MessageChannel();
  port1.close();

  test.each<[string, unknown]>([
    ['input[0] is the function named', named],
    ['input[0] is a function', () => {}],
    ['input[0] is the function Made', class Made {}],
    ['input[0].a[1].b is a symbol', { a: [1, { b: Symbol('s') }] }],
    ['input[0]["a b"].c is the function named', { 'a b': { c: named } }],
    ['input[0][1].f is the function named', new Map([['k', { f: named }]])],
    ['input[0][1] is the function named', new Set([1, named])],
    ['input[0].raw is the function named', Object.assign([1], { raw: named })],
    ['input[0][0] is an instance of Promise', [Promise.resolve()]],
    ['input[0].weak is an instance of WeakMap', { weak: new WeakMap() }],
    ['input[0].port is an instance of MessagePort', { port: port1 }],
    ['input[0].a[0] is an instance of Socket', { a: [new Socket()] }],
    ['input[0][0] is memory that has been moved elsewhere', [detached]],
    ['input[0].bytes is memory that has been moved elsewhere', { bytes: detached.buffer }],
    ['input[0] is an instance of Symbol', Object(Symbol('s'))],
  ])('%s', (message, value) => {
    expect(refusal(value)).toBe(`${message}, which cannot cross a thread`);
  });

  test('and what its getter throws comes out', () => {
    const value = {
      get broken(): never {
        throw new Error('no such thing');
      },
    };
    expect(() => fixAll([value], 'input')).toThrow('no such thing');
  });

  test('and nothing of it has been added', () => {
    const fixer = new ValueFixer();
    fixer.add([1], 'input');
    const value = [new Float64Array(10_000), SharedArray.zeros('int8', [2]), named];
    expect(() => fixer.add(value, 'input')).toThrow(UncloneableError);
    expect(fixer).toMatchObject({ size: 1, nBytes: 0 });
    expect(fixer.take()).toEqual({
      fixed: { values: [[1]], shared: [], fillings: [], tables: [] },
      transfer: [],
      lent: [],
    });
  });
});

describe('what may be moved', () => {
  const size = 10_000;

  test('is our copies, each once', () => {
    const samples = new Float64Array(size);
    const halves = [samples.subarray(0, size / 2), samples.subarray(size / 2)];
    const fixer = new ValueFixer();
    fixer.add([samples, samples, ...halves, new DataView(samples.buffer), samples.buffer], 'input');
    fixer.add(samples, 'input');
    const { fixed, transfer } = fixer.take();
    expect(new Set(transfer).size).toBe(transfer.length);
    expect(transfer).not.toContain(samples.buffer);
    const [[a, b], alone] = structuredClone(fixed, { transfer }).values as [Float64Array[], Float64Array];
    expect(b).toBe(a);
    expect(alone).not.toBe(a);
    expect(samples).toHaveLength(size);
  });

  test('is counted, and anew after each handing over', () => {
    const fixer = new ValueFixer();
    fixer.add(new Float64Array(size), 'input');
    fixer.add('text', 'input');
    expect(fixer).toMatchObject({ size: 2, nBytes: 8 * size });
    fixer.take();
    expect(fixer).toMatchObject({ size: 0, nBytes: 0 });
    expect(fixer.take()).toEqual({
      fixed: { values: [], shared: [], fillings: [], tables: [] },
      transfer: [],
      lent: [],
    });
  });

  test('is no shared memory, and nothing small', () => {
    const values = [new Float64Array(new SharedArrayBuffer(8 * size)), new Uint8Array(8), new ArrayBuffer(8)];
    expect(fixAll(values, 'input').transfer).toEqual([]);
  });
});
