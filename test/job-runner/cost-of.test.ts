import fc from 'fast-check';
import { type Job, JobRunner, ParallelWorker, SharedArray } from 'parajob';
import { describe, expect, test } from 'vitest';
import { failureOf } from '../helpers/failure-of.ts';
import { whereJobsRun, whereThreadsRun } from '../helpers/where-jobs-run.ts';

const silently = { logLevel: 'silent' } as const;

/** Notes at which turn each place has been begun. */
class Turns extends ParallelWorker {
  readonly turns: SharedArray<'int32'>;
  constructor(turns: SharedArray<'int32'>) {
    super();
    this.turns = turns;
  }
  override mapJob({ place, input }: Job<number | { cost: number }>) {
    this.turns.data[1 + place] = Atomics.add(this.turns.data, 0, 1);
    return { place, args: [place, input] };
  }
  paraMethod(place: number, input: number | { cost: number }) {
    return [place, typeof input === 'number' ? input : input.cost];
  }
}

const costs = [3, 1, 4, 1, 5, 9, 2, 6];
const biggestFirst = [5, 7, 4, 2, 0, 6, 1, 3];

const feeds = [
  ['numbers', costs, (input: number | { cost: number }) => input as number],
  ['a typed array', Float32Array.from(costs), (input: number | { cost: number }) => input as number],
  [
    'objects',
    costs.map((cost) => ({ cost })),
    (input: number | { cost: number }) => (input as { cost: number }).cost,
  ],
  [
    'a set',
    new Set(costs.map((cost) => ({ cost }))),
    (input: number | { cost: number }) => (input as { cost: number }).cost,
  ],
] as const;

describe.each(whereJobsRun)('%s, with a cost hint', (_, options) => {
  test.each(
    feeds,
  )('%s: results are in the order of the inputs, and jobs see their places', async (_, inputs, costOf) => {
    const turns = SharedArray.zeros('int32', [costs.length + 1]);
    const results = await new JobRunner(Turns, { ...options, workerArgs: [turns] }).runJobs(inputs, {
      costOf,
    });
    expect(results).toEqual(costs.map((cost, place) => [place, cost]));
  });

  test('an iterator is read to its end', async () => {
    function* countdown() {
      for (let n = 5; n > 0; n--) yield n;
    }
    const results = await new JobRunner((n: number) => -n, options).runJobs(countdown(), {
      costOf: (n) => n,
    });
    expect(results).toEqual([-5, -4, -3, -2, -1]);
  });

  test('rows of a shared array and places can have costs', async () => {
    const rows = SharedArray.from([
      [1, 2],
      [30, 40],
      [5, 6],
    ]);
    const sum = (row: Float64Array) => row[0]! + row[1]!;
    expect(await new JobRunner(sum, options).runJobs(rows, { costOf: sum })).toEqual([3, 70, 11]);
    const half = (n: number) => n / 2;
    const halves = await new JobRunner(half, options).runJobs({ nJobs: 100, costOf: (n) => n });
    expect(halves).toEqual(Array.from({ length: 100 }, (_, n) => n / 2));
  });

  test('results written in place, failures and what is tried again keep their places', async () => {
    const odd = (n: number) => {
      if (n % 2 === 1) throw new Error(`odd ${n}`);
      return n / 2;
    };
    const inputs = Array.from({ length: 50 }, (_, n) => n);
    for (const given of [inputs, inputs.map((n) => [n])]) {
      const job = given === inputs ? odd : ([n]: number[]) => odd(n!);
      const [results, exceptions] = await new JobRunner(job as (input: unknown) => number, options).runJobs(
        given,
        {
          ...silently,
          retries: 1,
          costOf: (input: unknown) => Number(input) % 7,
          returnExceptions: true,
          outputDtype: 'float64',
        },
      );
      expect(results).toEqual(Float64Array.from(inputs, (n) => (n % 2 === 1 ? Number.NaN : n / 2)));
      expect(exceptions.map(({ place, input, attempt }) => [place, Number(input), attempt])).toEqual(
        inputs.filter((n) => n % 2 === 1).map((n) => [n, n, 2]),
      );
    }
  });

  test('whatever the costs are, the results are the same', async () => {
    const runner = new JobRunner((n: number) => 3 * n, options);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.double({ noNaN: true }), { maxLength: 80 }), async (numbers) => {
        const results = await runner.runJobs(numbers, { costOf: (n) => n });
        expect(results).toEqual(numbers.map((n) => 3 * n));
      }),
      { numRuns: 30 },
    );
  });

  test('a run that stops tells which places it had done', async () => {
    const failing = (n: number) => {
      if (n === 3) throw new Error('three');
      return n;
    };
    const failure = await failureOf(
      new JobRunner(failing, options).runJobs([1, 3, 9, 9, 9], { costOf: (n) => n }),
    );
    expect(failure).toMatchObject({ place: 1, input: 3, message: 'job 1 failed: three' });
    const { completed, results } = failure as { completed: number[]; results: unknown[] };
    expect(completed).toEqual([...completed].sort());
    for (const place of completed) expect(results[place]).toBe([1, 3, 9, 9, 9][place]);
  });

  test.each([
    [
      'throws',
      () => {
        throw new RangeError('no idea');
      },
      '`costOf` failed for the input of job 0: no idea',
    ],
    [
      'gives no number',
      () => Number.NaN,
      '`costOf` gave NaN for the input of job 0: a cost is a number, in any unit',
    ],
  ])('one that %s is refused', async (_, costOf, message) => {
    const failure = await failureOf(new JobRunner(Math.sqrt, options).runJobs([1, 2], { costOf }));
    expect(failure).toMatchObject({ code: 'INVALID_OPTION', message });
  });
});

describe('in one lane, the most expensive starts first, equal ones in order', () => {
  test.each(feeds)('of %s', async (_, inputs, costOf) => {
    const turns = SharedArray.zeros('int32', [costs.length + 1]);
    const options = { workerArgs: [turns], nWorkers: 1, singleJobInThread: true } as const;
    await new JobRunner(Turns, options).runJobs(inputs, { costOf });
    const begun = Array.from(turns.data.subarray(1), (turn, place) => ({ turn, place }));
    expect(begun.sort((a, b) => a.turn - b.turn).map(({ place }) => place)).toEqual(biggestFirst);
  });
});

describe.each(whereThreadsRun)('%s, with a cost hint', (_, options) => {
  test.each([
    ['numbers', [0, 1, 2, 3, 4, 5, 6, 7]],
    ['objects', [0, 1, 2, 3, 4, 5, 6, 7].map((n) => ({ n }))],
  ] as const)('a job of %s that ends its thread is blamed by its place', async (_, inputs) => {
    const deadly = (input: number | { n: number }) => {
      const n = typeof input === 'number' ? input : input.n;
      if (n === 2) process.exit(7);
      return n;
    };
    const [results, exceptions] = await new JobRunner(deadly, options).runJobs<{
      returnExceptions: true;
      logLevel: 'silent';
      costOf: (input: number | { n: number }) => number;
    }>(inputs, {
      ...silently,
      returnExceptions: true,
      costOf: (input) => (typeof input === 'number' ? input : input.n),
    });
    expect(results).toEqual([0, 1, Number.NaN, 3, 4, 5, 6, 7]);
    expect(exceptions).toMatchObject([{ code: 'WORKER_DIED', place: 2, input: inputs[2], exitCode: 7 }]);
  });
});

test('costs are no business of a stream', async () => {
  const stream = new JobRunner(Math.sqrt).stream([1], { costOf: Math.abs } as object);
  expect(await failureOf(stream.next())).toMatchObject({ code: 'INVALID_OPTION' });
});
