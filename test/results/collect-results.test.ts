import fc from 'fast-check';
import { JobError, SharedArray } from 'parajob';
import { describe, expect, test } from 'vitest';
import { InPlaceCollector, type ResultsCollector, SlotCollector } from '../../src/results/collect-results.ts';
import type { OutcomeGroup } from '../../src/results/outcome-group.ts';

function failure(place: number): JobError {
  return new JobError(`job ${place} failed`, { place, input: place, workerId: 0, attempt: 1 });
}

/** Outcomes of all places, shuffled and cut into groups, neighbours as one run or as several. */
const anyOrder: fc.Arbitrary<{ nJobs: number; failed: ReadonlySet<number>; groups: OutcomeGroup[] }> = fc
  .nat(40)
  .chain((nJobs) => {
    const places = Array.from({ length: nJobs }, (_, place) => place);
    return fc.record({
      nJobs: fc.constant(nJobs),
      failed: fc.subarray(places).map((some) => new Set(some)),
      order: fc.shuffledSubarray(places, { minLength: nJobs, maxLength: nJobs }),
      inOrder: fc.boolean(),
      cuts: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
    });
  })
  .map(({ nJobs, failed, order, inOrder, cuts }) => {
    const left = inOrder ? order.toSorted((a, b) => a - b) : order;
    const groups: OutcomeGroup[] = [];
    for (let at = 0, n = 0; at < left.length; n++) {
      const some = left.slice(at, at + cuts[n % cuts.length]!);
      at += some.length;
      const fulfilled = some.filter((place) => !failed.has(place));
      groups.push({
        runs: runsOf(fulfilled),
        outputs: fulfilled.map((place) => `result ${place}`),
        rejections: some.filter((place) => failed.has(place)).map(failure),
      });
    }
    return { nJobs, failed, groups };
  });

function runsOf(places: readonly number[]): number[] {
  const runs: number[] = [];
  for (const place of places) {
    if (runs.length > 0 && runs.at(-2)! + runs.at(-1)! === place) runs[runs.length - 1]!++;
    else runs.push(place, 1);
  }
  return runs;
}

function placesOf({ runs, rejections }: OutcomeGroup): number[] {
  const places = rejections.map(({ place }) => place);
  for (let i = 0; i < runs.length; i += 2) {
    for (let place = runs[i]!; place < runs[i]! + runs[i + 1]!; place++) places.push(place);
  }
  return places;
}

function takeAll(collector: ResultsCollector, groups: readonly OutcomeGroup[]): void {
  for (const group of groups) collector.take(group, (place) => place);
}

describe('whatever the order in which outcomes come in', () => {
  test.each([true, false])('each stands in the slot of its place (total known: %s)', (isKnown) => {
    fc.assert(
      fc.property(anyOrder, ({ nJobs, failed, groups }) => {
        const collector = new SlotCollector('none', isKnown ? nJobs : undefined);
        takeAll(collector, groups);
        const expected = Array.from({ length: nJobs }, (_, place) =>
          failed.has(place) ? 'none' : `result ${place}`,
        );
        expect(collector.results).toStrictEqual(expected);
        expect(collector.exceptions.map(({ place }) => place)).toEqual([...failed].sort((a, b) => a - b));
      }),
    );
  });

  test.each([true, false])('places without any hold undefined (total known: %s)', (isKnown) => {
    fc.assert(
      fc.property(anyOrder, fc.nat(5), ({ nJobs, failed, groups }, nTaken) => {
        const collector = new SlotCollector('none', isKnown ? nJobs : undefined);
        const taken = groups.slice(0, nTaken);
        takeAll(collector, taken);
        const places = new Set(taken.flatMap(placesOf));
        const length = isKnown ? nJobs : Math.max(-1, ...places) + 1;
        const expected = Array.from({ length }, (_, place) =>
          places.has(place) ? (failed.has(place) ? 'none' : `result ${place}`) : undefined,
        );
        // Empty slots would not be equal.
        expect(collector.results).toStrictEqual(expected);
      }),
    );
  });

  test('rows of failed places hold the error value, and others what lanes have written', () => {
    fc.assert(
      fc.property(anyOrder, fc.integer({ min: 0, max: 3 }), ({ nJobs, failed, groups }, rowLength) => {
        const collector = new InPlaceCollector(
          { dtype: 'int16', shape: [nJobs, rowLength], array: undefined },
          nJobs,
          -1,
        );
        const { output } = collector;
        const written = new Int16Array(output.buffer, output.byteOffset).fill(5);
        takeAll(collector, groups);
        expect(output).toMatchObject({ dtype: 'int16', nRows: nJobs, rowLength, isScalar: false });
        expect(written).toHaveLength(nJobs * rowLength);
        const expected = Array.from(written, (_, i) => (failed.has(Math.floor(i / rowLength)) ? -1 : 5));
        expect([...written]).toEqual(expected);
        expect(collector.exceptions.map(({ place }) => place)).toEqual([...failed].sort((a, b) => a - b));
      }),
    );
  });
});

describe('results in place', () => {
  test('without a shape are a typed array in shared memory', () => {
    const { results, output } = new InPlaceCollector(
      { dtype: 'float32', shape: undefined, array: undefined },
      3,
      0,
    );
    expect(results).toBeInstanceOf(Float32Array);
    expect((results as Float32Array).buffer).toBe(output.buffer);
    expect(results).toHaveLength(3);
    expect(output.isScalar).toBe(true);
  });

  test.each([
    [[3], { rowLength: 1, isScalar: true }],
    [[3, 1], { rowLength: 1, isScalar: false }],
    [[3, 2, 4], { rowLength: 8, isScalar: false }],
    [[3, 0], { rowLength: 0, isScalar: false }],
  ])('with the shape %o are a shared array of it', (shape, plan) => {
    const { results, output } = new InPlaceCollector({ dtype: 'uint8', shape, array: undefined }, 3, 0);
    expect(results).toBeInstanceOf(SharedArray);
    expect((results as SharedArray).shape).toEqual(shape);
    expect(output).toMatchObject(plan);
  });

  test('can be none', () => {
    expect(
      new InPlaceCollector({ dtype: 'float64', shape: undefined, array: undefined }, 0, 0).results,
    ).toEqual(new Float64Array());
    expect(
      (
        new InPlaceCollector({ dtype: 'float64', shape: [0, 3], array: undefined }, 0, 0)
          .results as SharedArray
      ).shape,
    ).toEqual([0, 3]);
  });

  test('hold bigints as error values too', () => {
    const collector = new InPlaceCollector({ dtype: 'bigint64', shape: undefined, array: undefined }, 2, -1n);
    collector.take({ runs: [0, 1], outputs: [undefined], rejections: [failure(1)] });
    expect(collector.results).toEqual(new BigInt64Array([0n, -1n]));
  });
});

test('a result that is undefined is a result', () => {
  const collector = new SlotCollector('none', undefined);
  takeAll(collector, [{ runs: [0, 2], outputs: [undefined, null], rejections: [] }]);
  expect(collector.results).toStrictEqual([undefined, null]);
});

test('an explicit undefined is an error value', () => {
  const collector = new SlotCollector(undefined, 2);
  takeAll(collector, [{ runs: [0, 1], outputs: [1], rejections: [failure(1)] }]);
  expect(collector.results).toStrictEqual([1, undefined]);
});
