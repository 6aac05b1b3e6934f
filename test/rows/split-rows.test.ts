import fc from 'fast-check';
import { type JobError, SharedArray, splitRows } from 'parajob';
import { describe, expect, it } from 'vitest';
import { intoOneBuffer } from '../fixtures/jobs/reused-buffer.ts';
import { failureOf } from '../helpers/failure-of.ts';

type Matrix = SharedArray<'int32'>;

const nWorkers = 2;

describe('rows that are split and joined', () => {
  const double = splitRows((rows: Int32Array) => rows.map((value) => 2 * value), { nWorkers });
  const same = splitRows((rows: Matrix) => rows.copy(), { nWorkers });
  const repeat = splitRows(
    (counts: Int32Array) => Int32Array.from([...counts].flatMap((n) => Array<number>(n).fill(n))),
    { nWorkers },
  );
  const mixed = splitRows((rows: readonly unknown[]) => rows.map((row) => [row]), { nWorkers });

  it('are all there, in order, however many there are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 30 }), async (values) => {
        expect(await double(Int32Array.from(values))).toEqual(Int32Array.from(values, (value) => 2 * value));
        expect(await mixed(values)).toEqual(values.map((value) => [value]));
      }),
      { numRuns: 30 },
    );
  });

  it('keep their shape', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 20 }),
        fc.array(fc.nat({ max: 3 }), { maxLength: 2 }),
        async (n, rest) => {
          const array = SharedArray.zeros('int32', [n, ...rest]);
          for (let i = 0; i < array.size; i++) array.data[i] = i;
          const joined = await same(array);
          expect(joined.shape).toEqual(array.shape);
          expect(joined.data).toEqual(array.data);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('may become more or fewer', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 20 }), async (counts) => {
        const expected = counts.flatMap((n) => Array<number>(n).fill(n));
        expect([...(await repeat(Int32Array.from(counts)))]).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  it('keep their gaps', async () => {
    // biome-ignore lint/suspicious/noSparseArray: the gap is what is tested
    const gappy = [1, , 3, 4];
    const joined = await splitRows((rows: readonly unknown[]) => rows, { nWorkers })(gappy);
    expect(joined).toHaveLength(4);
    expect(1 in joined).toBe(false);
  });

  it('may be several, of several kinds, and promised', async () => {
    const split = splitRows(
      async (rows: Int32Array) => [
        rows.map((value) => value + 1),
        rows.length,
        SharedArray.from(Float32Array.from([...rows].flatMap((value) => [value, -value])), [rows.length, 2]),
        [...rows],
      ],
      { splice: [0, 2, 3], nWorkers },
    );
    const values = Int32Array.from({ length: 19 }, (_, i) => i);
    const [more, once, pairs, plain] = await split(values);
    expect(more).toEqual(values.map((value) => value + 1));
    expect(once).toBe(2);
    expect((pairs as SharedArray).toNested()).toEqual([...values].map((value) => [value, -value]));
    expect(plain).toEqual([...values]);
  });

  it('may stop being as wide as the first', async () => {
    const split = splitRows(
      (rows: Int32Array) => (rows.at(-1) === 19 ? Int32Array.of(...rows, ...rows) : rows.slice()),
      { nWorkers },
    );
    const values = Int32Array.from({ length: 20 }, (_, i) => i);
    const last = values.subarray(17);
    expect(await split(values)).toEqual(Int32Array.of(...values.subarray(0, 17), ...last, ...last));
  });

  it('may come from one buffer that is used again and again', async () => {
    const split = splitRows(intoOneBuffer, { nWorkers });
    const values = Int32Array.from({ length: 16 }, (_, i) => i);
    expect(await split(values)).toEqual(values);
  });

  it('come back in shared memory', async () => {
    const joined: Int32Array<SharedArrayBuffer> = await double(Int32Array.of(1, 2, 3));
    expect(joined.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('may be complex', async () => {
    const array = SharedArray.from([1, 2, 3, 4, 5, 6, 7, 8], [4, 1], 'complex128');
    const joined = await splitRows((rows: SharedArray<'complex128'>) => rows.copy(), { nWorkers })(array);
    expect(joined).toMatchObject({ dtype: 'complex128', shape: [4, 1] });
    expect(joined.data).toEqual(array.data);
  });
});

describe('a call runs in the calling thread, in one piece', () => {
  const where = (rows: Float64Array | Matrix) => [
    [(globalThis as { [key: symbol]: unknown })[Symbol.for('parajob.thread')] === true, rows.length],
  ];
  const array = new Float64Array(100);

  it('when its arrays are small', async () => {
    const split = splitRows(where, { nWorkers, splitOver: 801 });
    expect(await split(array)).toEqual([[false, 100]]);
    expect((await split(new Float64Array(101))).every(([isInThread]) => isInThread)).toBe(true);
  });

  it('when there is one row, or none', async () => {
    const split = splitRows(where, { nWorkers });
    expect(await split(SharedArray.zeros('int32', [1, 1000]))).toEqual([[false, 1]]);
    expect(await split(new Float64Array(0))).toEqual([[false, 0]]);
  });

  it('with one worker', async () => {
    expect(await splitRows(where, { nWorkers: 1 })(array)).toEqual([[false, 100]]);
  });

  it('when the arguments to split are left out', async () => {
    const split = splitRows((rows?: Float64Array) => [rows?.length ?? 'none'], { nWorkers });
    expect(await split()).toEqual(['none']);
  });
});

describe('what is not joined', () => {
  it('comes once, from the first block', async () => {
    const split = splitRows((rows: Float64Array, scale: number) => ({ first: rows[0], scale }), {
      nWorkers,
      splice: [],
    });
    expect(await split(Float64Array.of(7, 8, 9), 3)).toEqual({ first: 7, scale: 3 });
  });
});

describe('a call rejects', () => {
  const id = (...arrays: readonly unknown[]) => arrays[0];

  it.each<[string, object, unknown[], string, RegExp]>([
    [
      'rows of different number',
      { split: [0, 1] },
      [new Float64Array(5), SharedArray.zeros('int32', [4, 2])],
      'INVALID_ARRAY',
      /argument 0 has 5 rows and argument 1 4/,
    ],
    [
      'an output of another length',
      { out: 'out' },
      [new Float64Array(5), { out: SharedArray.zeros('float64', 4) }],
      'INVALID_ARRAY',
      /argument 0 has 5 rows and `out` 4/,
    ],
    [
      'an output that is not shared',
      { out: 1 },
      [new Float64Array(5), new Float64Array(5)],
      'INVALID_ARRAY',
      /argument 1 .* has to be in shared memory/,
    ],
    ['what has no rows', {}, [5], 'INVALID_ARRAY', /argument 0 is 5, and only arrays can be split/],
    ['text', { split: ['name'] }, [{ name: 'abc' }], 'INVALID_ARRAY', /`name` is 'abc'/],
  ])('%s', async (_, options, args, code, message) => {
    const failure = await failureOf(splitRows(id, { nWorkers, ...options })(...args));
    expect(failure).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it.each<[string, (rows: Float64Array) => unknown, object, RegExp]>([
    ['a number to be joined', (rows) => rows.length, {}, /returned \d, and only arrays are joined/],
    ['nothing to be joined', () => {}, {}, /returned undefined/],
    ['one value where several are to be joined', (rows) => rows.length, { splice: [0] }, /joins value 0/],
    ['too few values', () => [[1]], { splice: [0, 1] }, /joins value 1/],
    [
      'results of several kinds',
      (rows) => (rows[0] === 0 ? new Float32Array(1) : rows),
      {},
      /float32.*float64|float64.*float32/,
    ],
  ])('%s', async (_, fn, options, message) => {
    const failure = await failureOf(
      splitRows(fn, { nWorkers, ...options })(Float64Array.from({ length: 16 }, (_, i) => i)),
    );
    expect(failure).toMatchObject({ code: 'RESULT_DOES_NOT_FIT', message: expect.stringMatching(message) });
  });

  it('with the error of the block that failed, and can be called again', async () => {
    const split = splitRows(
      (rows: Float64Array) => {
        if (rows.includes(11)) throw new RangeError('eleven');
        return rows;
      },
      { nWorkers },
    );
    const failure = await failureOf(split(Float64Array.from({ length: 16 }, (_, i) => i)));
    expect(failure).toMatchObject({
      code: 'JOB_FAILED',
      place: 5,
      cause: { name: 'RangeError', message: 'eleven' },
    });
    const { input } = failure as JobError;
    expect(Object.keys(input as object)).toEqual(['0']);
    expect(await split(new Float64Array(5))).toHaveLength(5);
  });
});

describe('splitRows refuses', () => {
  it.each<[string, object, RegExp]>([
    ['an unknown option', { splits: [0] }, /did you mean `split`/],
    ['no arguments to split', { split: [] }, /`split`/],
    ['an argument before the first', { split: [-1] }, /`split`/],
    ['a fraction of a value', { splice: [0.5] }, /`splice`/],
    ['an output that is no argument', { out: null }, /`out`/],
    ['a negative size', { splitOver: -1 }, /`splitOver`/],
    ['no workers', { nWorkers: 0 }, /`nWorkers`/],
  ])('%s', (_, options, message) => {
    const make = () => splitRows((rows: Float64Array) => rows, options);
    expect(make).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
    expect(make).toThrow(message);
  });

  it('what is no function', () => {
    expect(() => splitRows(5 as never)).toThrow(expect.objectContaining({ code: 'INVALID_WORKER' }));
  });
});
