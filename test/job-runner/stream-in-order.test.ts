import fc from 'fast-check';
import { JobRunner } from 'parajob';
import { describe, expect, test } from 'vitest';
import { collect } from '../helpers/collect.ts';
import { whereJobsRun } from '../helpers/where-jobs-run.ts';

const double = (n: number): number => 2 * n;

describe.each(whereJobsRun)('%s, a stream in order', (_, options) => {
  test('gives outcomes by place, whatever may be in flight', async () => {
    const inFlight = fc.integer({ min: 1, max: 40 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer(), { maxLength: 120 }),
        inFlight,
        fc.boolean(),
        async (inputs, maxInFlight, lazily) => {
          const source = lazily ? inputs.values() : inputs;
          const outcomes = await collect(
            new JobRunner(double, options).stream(source, { ordered: true, maxInFlight }),
          );
          expect(outcomes.map(({ place }) => place)).toEqual(inputs.map((_, place) => place));
          expect(outcomes.map((outcome) => outcome.status === 'fulfilled' && outcome.output)).toEqual(
            inputs.map(double),
          );
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe.each(whereJobsRun)('%s, a stream', (_, options) => {
  test('reads no further ahead than it may', async () => {
    let nRead = 0;
    function* inputs(): Iterable<number> {
      for (;;) yield nRead++;
    }
    let n = 0;
    for await (const _outcome of new JobRunner(double, options).stream(inputs(), { maxInFlight: 8 })) {
      n++;
      expect(nRead).toBeLessThanOrEqual(n + 8);
      if (n === 100) break;
    }
  });

  test('reads no further ahead than it may where inputs come one by one', async () => {
    let nRead = 0;
    async function* inputs(): AsyncIterable<number> {
      for (;;) yield nRead++;
    }
    let n = 0;
    for await (const _outcome of new JobRunner(double, options).stream(inputs(), { maxInFlight: 8 })) {
      n++;
      expect(nRead).toBeLessThanOrEqual(n + 8);
      if (n === 500) break;
    }
  });

  test('holds no more bytes of outputs than one step too many', async () => {
    let nRead = 0;
    function* inputs(): Iterable<number> {
      for (;;) yield nRead++;
    }
    const makeArray = (_n: number) => new Float64Array(1000);
    const stream = new JobRunner(makeArray, options).stream(inputs(), {
      maxInFlight: { jobs: 4, bytes: 8000 },
    });
    let n = 0;
    for await (const _outcome of stream) if (++n === 50) break;
    expect(nRead).toBeLessThanOrEqual(54);
  });
});
