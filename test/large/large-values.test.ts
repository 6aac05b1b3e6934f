import { JobRunner, move, ParallelWorker, partial } from 'parajob';
import { describe, expect, test } from 'vitest';
import { whereJobsRun } from '../helpers/where-jobs-run.ts';

/** 1 kB, and 400 kB: how arrays travel depends on their size, and nobody should notice. */
const SIZES = [128, 50_000];

const filled = (length: number, value: number) => new Float64Array(length).fill(value);

/** Tells what was in an array, and changes all of it. */
function spoil(array: Float64Array): number[] {
  const found = [array[0] as number, array.at(-1) as number];
  array.fill(-1);
  return found;
}

class Spoils extends ParallelWorker {
  readonly #table: Float64Array;
  constructor(table: Float64Array) {
    super();
    this.#table = table;
  }
  paraMethod(n: number): [number, boolean] {
    const before = this.#table[n] as number;
    this.#table[n] = -1;
    return [before, this.#table.buffer instanceof SharedArrayBuffer];
  }
}

describe.each(whereJobsRun)('%s', (_, options) => {
  describe.each(SIZES)('an array of %i numbers', (length) => {
    test('that many jobs get and write to is as it was for each of them, and for the caller', async () => {
      const big = filled(length, 3);
      const found = await new JobRunner(spoil, options).runJobs(new Array(12).fill(big));
      expect(found).toEqual(new Array(12).fill([3, 3]));
      expect(big).toEqual(filled(length, 3));
    });

    test('in objects, beside others of its kind', async () => {
      const big = filled(length, 3);
      const job = ({ a, b, i }: { a: Float64Array; b: Float64Array; i: number }) => [
        i,
        ...spoil(a),
        ...spoil(b),
      ];
      const inputs = Array.from({ length: 8 }, (_, i) => ({ a: big, b: filled(length, i), i }));
      expect(await new JobRunner(job, options).runJobs(inputs)).toEqual(
        inputs.map(({ i }) => [i, 3, 3, i, i]),
      );
    });

    test('that an iterator changes between two inputs is what it was for each', async () => {
      const reused = filled(length, 0);
      function* inputs() {
        for (let i = 0; i < 12; i++) yield reused.fill(i >> 1);
      }
      const found = await new JobRunner(spoil, options).runJobs(inputs());
      expect(found).toEqual(Array.from({ length: 12 }, (_, i) => [i >> 1, i >> 1]));
    });

    test('is memory of the job alone, exactly as large, whatever was bound', async () => {
      const look = ({ buffer, byteOffset }: Float64Array, other: Float64Array) =>
        [buffer, other.buffer].map((b) => [b instanceof SharedArrayBuffer, b.byteLength, byteOffset]);
      const parts = [filled(2 * length, 1).subarray(length), filled(length, 1)];
      const found = await new JobRunner(partial(look, filled(length, 2)), options).runJobs(parts);
      expect(found.flat()).toEqual(new Array(4).fill([false, 8 * length, 0]));
    });

    test('bound by `partial` and written to is new in every run, and never the caller’s', async () => {
      const table = filled(length, 3);
      const job = (n: number, bound: Float64Array) => {
        const before = bound[n];
        bound[n] = -1;
        return before;
      };
      const runner = new JobRunner(partial(job, table), options);
      for (let run = 0; run < 2; run++) expect(await runner.runJobs([0, 1, 2])).toEqual([3, 3, 3]);
      expect(table).toEqual(filled(length, 3));
    });

    test('in `workerArgs` is the instance’s own', async () => {
      const table = filled(length, 3);
      const found = await new JobRunner(Spoils, { ...options, workerArgs: [table] }).runJobs([0, 1, 2]);
      expect(found).toEqual(new Array(3).fill([3, false]));
      expect(table).toEqual(filled(length, 3));
    });

    test('that a function captures has the values of the start of the run', async () => {
      const table = filled(length, 3);
      const runner = new JobRunner((n: number) => table[n], options);
      expect(await runner.runJobs([0, length - 1])).toEqual([3, 3]);
      table.fill(4);
      expect(await runner.runJobs([0, length - 1])).toEqual([4, 4]);
    });

    test('that is moved arrives, and is gone from the job', async () => {
      const job = (n: number) => {
        const held = process as { moved?: Float64Array };
        const before = held.moved?.length ?? 0;
        held.moved = new Float64Array(n + 10).fill(n);
        return { before, array: move(held.moved) };
      };
      const results = await new JobRunner(job, options).runJobs({ nJobs: 20 });
      expect(results.map(({ before, array }, n) => [before, array.length - n, array[0]])).toEqual(
        Array.from({ length: 20 }, (_, n) => [0, 10, n]),
      );
    });

    test('that comes in and is moved out is still the caller’s', async () => {
      const big = filled(length, 3);
      const job = (input: Float64Array) => move(input.fill(5));
      const results = await new JobRunner(job, options).runJobs([big, big, big]);
      expect(results).toEqual(new Array(3).fill(filled(length, 5)));
      expect(new Set(results.map(({ buffer }) => buffer)).size).toBe(3);
      expect(big[0]).toBe(3);
    });
  });
});
