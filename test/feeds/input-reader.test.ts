import { setImmediate } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { InputReader, type Read } from '../../src/feeds/input-reader.ts';
import { until } from '../helpers/until.ts';

function readAll(inputs: Iterable<unknown>): Read[] {
  const reader = new InputReader(inputs, () => expect.fail('sync inputs do not arrive'));
  const reads: Read[] = [];
  do reads.push(reader.read());
  while (reads.at(-1)?.type !== 'end');
  return reads;
}

/** Reads until something other than `pending` comes. */
async function nextOf(reader: InputReader, arrivals: () => number): Promise<Read> {
  for (;;) {
    const before = arrivals();
    const read = reader.read();
    if (read.type !== 'pending') return read;
    await until(() => arrivals() > before);
  }
}

function asyncReader(inputs: AsyncIterable<unknown>): { reader: InputReader; next: () => Promise<Read> } {
  let nArrivals = 0;
  const reader = new InputReader(inputs, () => {
    nArrivals++;
  });
  return { reader, next: () => nextOf(reader, () => nArrivals) };
}

const failed = expect.objectContaining({
  code: 'INPUTS_FAILED',
  message: 'reading the inputs failed: broken',
  cause: expect.objectContaining({ message: 'broken' }),
});

function broken(): never {
  throw new Error('broken');
}

describe('inputs are read one at a time', () => {
  test.each<[string, Iterable<unknown>, unknown[]]>([
    ['an array, its holes too', [1, undefined, 3], [1, undefined, 3]],
    ['a set', new Set(['a', 'b']), ['a', 'b']],
    ['a map', new Map([['k', 1]]), [['k', 1]]],
    [
      'a generator',
      (function* () {
        yield 1;
        yield 2;
        return 3;
      })(),
      [1, 2],
    ],
    ['nothing', [], []],
  ])('from %s', (_, inputs, expected) => {
    expect(readAll(inputs)).toEqual([
      ...expected.map((input) => ({ type: 'input', input })),
      { type: 'end' },
    ]);
  });

  test('and no earlier than they are asked for', () => {
    const taken: number[] = [];
    const reader = new InputReader(
      (function* () {
        for (let n = 0; ; n++) {
          taken.push(n);
          yield n;
        }
      })(),
      () => {},
    );
    expect(taken).toEqual([]);
    reader.read();
    reader.read();
    expect(taken).toEqual([0, 1]);
  });

  test('from an async generator, one read at a time', async () => {
    let nReading = 0;
    const { next } = asyncReader({
      [Symbol.asyncIterator]() {
        let n = 0;
        return {
          async next() {
            expect(++nReading).toBe(1);
            await setImmediate();
            nReading--;
            return n < 3 ? { done: false, value: n++ } : { done: true, value: undefined };
          },
        };
      },
    });
    const reads = [await next(), await next(), await next(), await next(), await next()];
    expect(reads.map((read) => (read.type === 'input' ? read.input : read.type))).toEqual([
      0,
      1,
      2,
      'end',
      'end',
    ]);
  });

  test('asking again while one is on its way asks for nothing more', async () => {
    const step = vi.fn(async () => ({ done: false, value: 1 }));
    const { reader, next } = asyncReader({ [Symbol.asyncIterator]: () => ({ next: step }) });
    reader.read();
    reader.read();
    expect(await next()).toEqual({ type: 'input', input: 1 });
    expect(step).toHaveBeenCalledTimes(1);
  });
});

describe('what an iterator throws comes out of read, again and again', () => {
  test('from making the iterator', () => {
    expect(() => new InputReader({ [Symbol.iterator]: broken }, () => {})).toThrow(failed);
    expect(() => new InputReader({ [Symbol.asyncIterator]: broken }, () => {})).toThrow(failed);
  });

  test('from the middle of it', () => {
    const reader = new InputReader(
      (function* () {
        yield 1;
        broken();
      })(),
      () => {},
    );
    expect(reader.read()).toEqual({ type: 'input', input: 1 });
    expect(() => reader.read()).toThrow(failed);
    expect(() => reader.read()).toThrow(failed);
  });

  test.each<[string, () => unknown]>([
    ['rejected', () => Promise.reject(new Error('broken'))],
    ['thrown by the call', broken],
    ['thrown by a getter of the step', () => Object.defineProperty({}, 'done', { get: broken })],
  ])('from an async one: %s', async (_, next) => {
    const inputs = { [Symbol.asyncIterator]: () => ({ next }) } as unknown as AsyncIterable<unknown>;
    const { reader, next: read } = asyncReader(inputs);
    await expect(read()).rejects.toThrow(failed);
    expect(() => reader.read()).toThrow(failed);
  });

  test.each([undefined, null, 5])('and %s is no step', async (step) => {
    const code = expect.objectContaining({ code: 'INPUTS_FAILED' });
    const iterator = { next: () => step };
    const inputs = { [Symbol.iterator]: () => iterator } as unknown as Iterable<unknown>;
    expect(() => new InputReader(inputs, () => {}).read()).toThrow(code);
    const late = { [Symbol.asyncIterator]: () => iterator } as unknown as AsyncIterable<unknown>;
    await expect(asyncReader(late).next()).rejects.toThrow(code);
  });
});

describe('an iterator that is left early', () => {
  test('is told so, once', () => {
    const leave = vi.fn(() => ({ done: true as const, value: undefined }));
    const reader = new InputReader(
      { [Symbol.iterator]: () => ({ next: () => ({ done: false, value: 1 }), return: leave }) },
      () => {},
    );
    reader.read();
    reader.stop();
    reader.stop();
    expect(leave).toHaveBeenCalledTimes(1);
    expect(reader.read()).toEqual({ type: 'end' });
  });

  test('runs its finally', async () => {
    const left: string[] = [];
    const reader = new InputReader(
      (function* () {
        try {
          yield 1;
        } finally {
          left.push('sync');
        }
      })(),
      () => {},
    );
    reader.read();
    reader.stop();
    const late = asyncReader(
      (async function* () {
        try {
          yield 1;
        } finally {
          left.push('async');
        }
      })(),
    );
    await late.next();
    late.reader.stop();
    await setImmediate();
    expect(left).toEqual(['sync', 'async']);
  });

  test.each([
    ['has come to its end', [][Symbol.iterator]()],
    [
      'has failed',
      {
        next: broken,
      },
    ],
  ])('is not told so if it %s', (_, iterator) => {
    const leave = vi.fn(broken);
    const reader = new InputReader(
      { [Symbol.iterator]: () => ({ next: () => iterator.next(), return: leave }) },
      () => {},
    );
    try {
      reader.read();
    } catch {}
    reader.stop();
    expect(leave).not.toHaveBeenCalled();
  });

  test('is not told so if it has failed later', async () => {
    const leave = vi.fn();
    const { reader, next } = asyncReader({
      [Symbol.asyncIterator]: () => ({ next: async () => broken(), return: leave }),
    });
    await expect(next()).rejects.toThrow(failed);
    reader.stop();
    expect(leave).not.toHaveBeenCalled();
  });

  test('may fail to clean up, and nobody hears of it', async () => {
    for (const leave of [broken, () => Promise.reject(new Error('broken'))]) {
      const next = () => Promise.resolve({ done: false as const, value: 1 });
      const reader = new InputReader({ [Symbol.asyncIterator]: () => ({ next, return: leave }) }, () => {});
      reader.read();
      reader.stop();
    }
    await setImmediate();
  });

  test('has nothing arrive any more', async () => {
    const arrival = vi.fn();
    const reader = new InputReader(
      {
        [Symbol.asyncIterator]: async function* () {
          yield 1;
        },
      },
      arrival,
    );
    reader.read();
    reader.stop();
    await setImmediate();
    expect(arrival).not.toHaveBeenCalled();
    expect(reader.read()).toEqual({ type: 'end' });
  });
});
