import { JobRunner } from 'parajob';
import { describe, expect, test } from 'vitest';

const triple = (n: number) => 3 * n;
const triplePart = ({ n }: { n: number }) => ({ n: 3 * n });

const SIZES = [0, 1, 2, 63, 64, 65, 1000];
const MILLION = 1_000_000;

/** The first place whose result is not its own; comparing with `toEqual` would take longer than the run. */
function firstWrong(results: ArrayLike<unknown>, valueAt: (place: number) => unknown): number {
  for (let place = 0; place < results.length; place++) if (valueAt(place) !== 3 * place) return place;
  return -1;
}

describe.each([
  1, 2, 3, 8,
])('with %i worker(s), at every size, each job has its result in its place:', (nWorkers) => {
  const ofNumbers = new JobRunner(triple, { nWorkers });
  const ofObjects = new JobRunner(triplePart, { nWorkers });

  test.each([...SIZES, MILLION])('%i places', async (size) => {
    const results = await ofNumbers.runJobs({ nJobs: size });
    expect([results.length, firstWrong(results, (place) => results[place])]).toEqual([size, -1]);
  });

  test.each([...SIZES, MILLION])('%i numbers, with results in place', async (size) => {
    const inputs = Float64Array.from({ length: size }, (_, n) => n);
    const results = await ofNumbers.runJobs(inputs, { outputDtype: 'float64' });
    expect([results.length, firstWrong(results, (place) => results[place])]).toEqual([size, -1]);
  });

  test.each(SIZES)('%i objects', async (size) => {
    const results = await ofObjects.runJobs(Array.from({ length: size }, (_, n) => ({ n })));
    expect([results.length, firstWrong(results, (place) => results[place]?.n)]).toEqual([size, -1]);
  });

  test.each(SIZES)('%i objects that come one by one', async (size) => {
    async function* inputs() {
      for (let n = 0; n < size; n++) yield { n };
    }
    const results = await ofObjects.runJobs(inputs());
    expect([results.length, firstWrong(results, (place) => results[place]?.n)]).toEqual([size, -1]);
  });

  test.each(SIZES)('%i outcomes of a stream, in order', async (size) => {
    const outputs: unknown[] = [];
    for await (const outcome of ofNumbers.stream({ nJobs: size, ordered: true })) {
      outputs.push(outcome.status === 'fulfilled' ? outcome.output : outcome.error);
    }
    expect([outputs.length, firstWrong(outputs, (place) => outputs[place])]).toEqual([size, -1]);
  });
});
