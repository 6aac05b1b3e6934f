import { JobRunner, partial } from 'parajob';
import { describe, expect, test } from 'vitest';
import { collect } from '../helpers/collect.ts';
import { jobErrorOf } from '../helpers/failure-of.ts';
import { whereJobsRun } from '../helpers/where-jobs-run.ts';

describe.each(whereJobsRun)('%s, a value is what it was when it was handed over:', (_, options) => {
  test('jobs that return one reused buffer each keep their own values', async () => {
    const runner = new JobRunner((n: number) => {
      const kept = process as { reused?: Float64Array };
      kept.reused ??= new Float64Array(4);
      return kept.reused.fill(n);
    }, options);
    const results = await runner.runJobs({ nJobs: 500 });
    expect(results.every((row, place) => row.every((x) => x === place))).toBe(true);
    expect(new Set(results.map(({ buffer }) => buffer)).size).toBe(500);
  });

  test('and so with large buffers, and with objects around them', async () => {
    const runner = new JobRunner((n: number) => {
      const kept = process as { large?: Float64Array };
      kept.large ??= new Float64Array(10_000);
      return { n, data: [kept.large.fill(n)] };
    }, options);
    const results = await runner.runJobs({ nJobs: 20 });
    expect(results.map(({ n, data: [row] }) => [n, row?.[0], row?.at(-1)])).toEqual(
      Array.from({ length: 20 }, (_, n) => [n, n, n]),
    );
  });

  test('an iterator may reuse its object', async () => {
    function* inputs() {
      const reused = { n: 0, row: new Float64Array(2) };
      for (let n = 0; n < 300; n++) {
        reused.n = n;
        reused.row.fill(n);
        yield reused;
      }
    }
    const runner = new JobRunner(({ n, row }: { n: number; row: Float64Array }) => [n, row[1]], options);
    expect(await runner.runJobs(inputs())).toEqual(Array.from({ length: 300 }, (_, n) => [n, n]));
  });

  test('what a job does to its input, the caller does not see', async () => {
    const inputs = Array.from({ length: 10 }, () => ({ list: [1], row: Float64Array.of(1) }));
    const runner = new JobRunner((input: (typeof inputs)[0]) => {
      input.list.push(2);
      input.row[0] = 2;
    }, options);
    await runner.runJobs(inputs);
    expect(inputs).toEqual(Array.from({ length: 10 }, () => ({ list: [1], row: Float64Array.of(1) })));
  });

  test('no two results share an object, even if their inputs do', async () => {
    const shared = { n: 1 };
    const runner = new JobRunner((input: { n: number }) => input, options);
    const results = await runner.runJobs([shared, shared, shared]);
    expect(new Set([...results, shared]).size).toBe(4);
  });

  test('a result that is an input, changed later, is not changed', async () => {
    const job = async (input: { n: number }) => {
      setImmediate(() => {
        input.n = -1;
      });
      return input;
    };
    const results = await new JobRunner(job, options).runJobs([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(results).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  test('a failed job tells of the input that the caller gave, whatever the job did to its own', async () => {
    const input = { n: 1 };
    const runner = new JobRunner((own: { n: number }) => {
      own.n = 2;
      throw new Error(`own ${own.n}`);
    }, options);
    const error = await jobErrorOf(runner.runJobs([input]));
    expect(error.message).toBe('job 0 failed: own 2');
    expect(error.input).toBe(input);
    expect(input).toEqual({ n: 1 });
  });

  test('bound arguments are the same for every run', async () => {
    const bound = { list: [1] };
    const job = (n: number, { list }: { list: number[] }) => n + list.length;
    const runner = new JobRunner(partial(job, bound), options);
    expect(await runner.runJobs([0])).toEqual([1]);
    expect(await runner.runJobs([0])).toEqual([1]);
  });

  test('a view of a big buffer crosses alone', async () => {
    const big = new Float64Array(100_000);
    const runner = new JobRunner((view: Float64Array) => [view.byteOffset, view.buffer.byteLength], options);
    expect(await runner.runJobs([big.subarray(10, 12)])).toEqual([[0, 16]]);
    const sizes = (
      await new JobRunner(() => new Float64Array(1000).subarray(5, 7), options).runJobs({ nJobs: 2 })
    ).map(({ buffer }) => buffer.byteLength);
    expect(sizes).toEqual([16, 16]);
  });

  test('all kinds that structured clone knows come through', async () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    const values = {
      date: new Date(0),
      pattern: /a+/gi,
      map: new Map<unknown, unknown>([[{ key: 1 }, new Set([1])]]),
      bigint: 2n ** 70n,
      buffer: Uint8Array.of(1, 2).buffer,
      view: new DataView(Uint8Array.of(3).buffer),
      holes: Object.assign(new Array<number>(3), { 1: 1 }),
      nothing: null,
      missing: undefined,
      error: new RangeError('as a value'),
      zero: -0,
      circle,
      ['__proto__']: 1,
    };
    const runner = new JobRunner((value: unknown) => ({ value }), options);
    const [outcome] = await collect(runner.stream([values]));
    expect(outcome).toEqual({ status: 'fulfilled', place: 0, input: values, output: { value: values } });
  });

  test('a job may write to its input, and the caller does not see it, at any size', async () => {
    const touch = ({ array }: { array: Float64Array }) => {
      array[0] = -1;
      return array;
    };
    for (const size of [1, 100, 1_000, 200_000, 2_000_000]) {
      const array = new Float64Array(size).fill(size);
      const [result] = await new JobRunner(touch, options).runJobs([{ array }]);
      expect([array[0], result?.[0], result?.at(-1)]).toEqual([size, -1, size === 1 ? -1 : size]);
      result!.fill(0);
    }
  });

  test('bound arguments are read for the run, not for its jobs', async () => {
    let nRead = 0;
    const bound = {
      get table() {
        nRead++;
        return [1, 2, 3];
      },
    };
    const job = (n: number, { table }: { readonly table: readonly number[] }) => n + table.length;
    const runner = new JobRunner(partial(job, bound), options);
    await runner.runJobs({ nJobs: 1 });
    const once = nRead;
    await runner.runJobs({ nJobs: 1000 });
    expect([once > 0, nRead]).toEqual([true, 2 * once]);
  });
});
