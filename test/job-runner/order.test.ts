import fc from 'fast-check';
import { JobRunner, partial, SharedArray } from 'parajob';
import { describe, expect, test } from 'vitest';
import { collect } from '../helpers/collect.ts';
import { whereJobsRun } from '../helpers/where-jobs-run.ts';

const sizes = [0, 1, 2, 63, 64, 65, 1000];

const double = (n: number) => 2 * n;
const doubleLater = async (n: number) => 2 * n;

describe.each(whereJobsRun)('%s, results come in the order of the inputs', (_, options) => {
  test.each(sizes)('%i jobs without inputs', async (nJobs) => {
    const results = await new JobRunner(double, options).runJobs({ nJobs });
    expect(results).toEqual(Array.from({ length: nJobs }, (_, place) => 2 * place));
  });

  test.each(sizes)('%i jobs that answer later', async (nJobs) => {
    const results = await new JobRunner(doubleLater, options).runJobs({ nJobs });
    expect(results).toEqual(Array.from({ length: nJobs }, (_, place) => 2 * place));
  });

  test.each(sizes)('%i objects', async (n) => {
    const inputs = Array.from({ length: n }, (_, i) => ({ name: `input ${i}` }));
    const results = await new JobRunner((input: { name: string }) => [input.name], options).runJobs(inputs);
    expect(results).toEqual(inputs.map(({ name }) => [name]));
  });

  test('whichever job ends first', async () => {
    const untilTurn = async (nTurns: number) => {
      for (let turn = 0; turn < nTurns; turn++) await new Promise(setImmediate);
      return nTurns;
    };
    const inputs = [40, 0, 20, 1, 10, 2];
    expect(await new JobRunner(untilTurn, options).runJobs(inputs)).toEqual(inputs);
  });
});

type Input = number | { readonly value: number } | Float64Array;

/** The ways that values can take to a job. */
const feeds: Record<string, (values: number[]) => Iterable<Input> | AsyncIterable<Input>> = {
  numbers: (values) => values,
  'a typed array': (values) => Int32Array.from(values),
  'rows of a shared array': (values) =>
    SharedArray.from(values, [values.length, 1]) as unknown as Iterable<Float64Array>,
  objects: (values) => values.map((value) => ({ value })),
  'numbers and objects': (values) => values.map((value, i) => (i % 2 === 0 ? value : { value })),
  *'a generator'(values) {
    yield* values;
  },
  async *'an async generator'(values) {
    for (const value of values) yield { value };
  },
};

/** Doubles a value unless it is one of `failing`; at once, or later, or now so and now so. */
function doubleUnless(input: Input, failing: readonly number[], when: string): number | Promise<number> {
  const value = typeof input === 'number' ? input : 'value' in input ? input.value : (input[0] as number);
  const double = () => {
    if (failing.includes(value)) throw new RangeError(`not ${value}`);
    return 2 * value;
  };
  return when === 'later' || (when === 'either' && value % 3 === 0)
    ? Promise.resolve().then(double)
    : double();
}

/** What one job after the other would give. */
function oneByOne(values: readonly number[], failing: readonly number[]) {
  return {
    results: values.map((value) => (failing.includes(value) ? Number.NaN : 2 * value)),
    failures: values.flatMap((value, place) =>
      failing.includes(value) ? [{ place, message: `job ${place} failed: not ${value}` }] : [],
    ),
  };
}

const runs = fc.record({
  values: fc
    .oneof(fc.constantFrom(...sizes), fc.nat(200))
    .chain((n) => fc.array(fc.integer({ min: -20, max: 500 }), { minLength: n, maxLength: n })),
  failing: fc.oneof(fc.constant([]), fc.uniqueArray(fc.integer({ min: -20, max: 500 }), { maxLength: 300 })),
  feed: fc.constantFrom(...Object.keys(feeds)),
  when: fc.constantFrom('at once', 'later', 'either'),
  nWorkers: fc.constantFrom(1, 2, 3, 8),
});
type RunCase = typeof runs extends fc.Arbitrary<infer Case> ? Case : never;

function inputsOf({ feed, values }: RunCase): Iterable<Input> | AsyncIterable<Input> {
  return feeds[feed]!(values);
}

function runnerOf({ failing, when, nWorkers }: RunCase) {
  return new JobRunner(partial(doubleUnless, failing, when), { nWorkers });
}

describe('whatever the inputs, their number, how they come, how many workers there are and which jobs fail,', () => {
  test('a run gives what one job after the other would', async () => {
    await fc.assert(
      fc.asyncProperty(runs, fc.boolean(), async (given, inPlace) => {
        const output = inPlace ? ({ outputDtype: 'float64' } as const) : {};
        const [results, exceptions] = await runnerOf(given).runJobs(inputsOf(given), {
          ...output,
          returnExceptions: true,
          logLevel: 'silent',
        });
        const expected = oneByOne(given.values, given.failing);
        expect([...results]).toEqual(expected.results);
        expect(exceptions.map(({ place, message }) => ({ place, message }))).toEqual(expected.failures);
      }),
      { numRuns: 100 },
    );
  });

  test('a stream gives each outcome once', async () => {
    await fc.assert(
      fc.asyncProperty(runs, async (given) => {
        const outcomes = await collect(runnerOf(given).stream(inputsOf(given)));
        outcomes.sort((a, b) => a.place - b.place);
        const expected = oneByOne(given.values, given.failing);
        const outputs = outcomes.map((outcome) =>
          outcome.status === 'fulfilled' ? outcome.output : Number.NaN,
        );
        expect(outcomes.map(({ place }) => place)).toEqual(given.values.map((_, place) => place));
        expect(outputs).toEqual(expected.results);
      }),
      { numRuns: 60 },
    );
  });
});
