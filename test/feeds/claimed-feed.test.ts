import fc from 'fast-check';
import { SharedArray, sharedCopy } from 'parajob';
import { describe, expect, test } from 'vitest';
import {
  ClaimedFeed,
  type ClaimedInputs,
  claimedInputs,
  placesAsInputs,
} from '../../src/feeds/claimed-feed.ts';
import { LanePen } from '../../src/ledger/lane-pen.ts';
import { LaneWatch } from '../../src/ledger/lane-watch.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { laneInputs } from '../../src/worker/lane-inputs.ts';
import type { LaneLink } from '../../src/worker/lane-link.ts';
import { FakeRun } from './fake-run.ts';

const noLink = {} as LaneLink;

/** Inputs as main has them, and as a lane reads them. */
function readBoth(inputs: ClaimedInputs): [unknown[], unknown[]] {
  const places = Array.from({ length: inputs.nJobs }, (_, place) => place);
  const ledger = Ledger.create(1, inputs.nJobs);
  const lane = laneInputs(
    { source: inputs.source, order: undefined },
    ledger,
    new LanePen(ledger, 0),
    noLink,
  );
  return [places.map(inputs.inputOf), places.map((place) => lane.at(place))];
}

function expectSameInputs(given: unknown, expected: readonly unknown[]): void {
  const [main, lane] = readBoth(claimedInputs(given) ?? expect.fail('lanes cannot read these by themselves'));
  expect(main).toEqual(expected);
  expect(lane).toEqual(expected);
}

describe('lanes read by themselves', () => {
  test('the elements of any typed array', () => {
    const arrays = fc.oneof<fc.Arbitrary<ArrayLike<unknown> & Iterable<unknown>>[]>(
      fc.float64Array(),
      fc.float32Array(),
      fc.int8Array(),
      fc.uint8ClampedArray(),
      fc.uint32Array(),
      fc.bigInt64Array(),
      fc.bigUint64Array(),
    );
    fc.assert(
      fc.property(arrays, (array) => {
        expectSameInputs(array, [...array]);
        expectSameInputs(sharedCopy(array as Float64Array), [...array]);
      }),
    );
  });

  test('a part of a typed array', () => {
    const whole = new Int16Array([1, 2, 3, 4]);
    expectSameInputs(whole.subarray(1, 3), [2, 3]);
    expectSameInputs(sharedCopy(whole).subarray(2), [3, 4]);
  });

  test('plain arrays of nothing but numbers', () => {
    fc.assert(
      fc.property(fc.array(fc.double()), (numbers) => {
        expectSameInputs(numbers, numbers);
      }),
    );
  });

  test('the rows of a shared array, as typed arrays over its memory', () => {
    const array = SharedArray.from([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expectSameInputs(array, [new Float64Array([1, 2]), new Float64Array([3, 4]), new Float64Array([5, 6])]);
    const [, [first]] = readBoth(claimedInputs(array)!) as [unknown, Float64Array[]];
    first![1] = 9;
    expect(array.row(0)[1]).toBe(9);
  });

  test('the elements of a shared array of one dimension', () => {
    expectSameInputs(new SharedArray('uint8', 3, new SharedArrayBuffer(5), 1), [0, 0, 0]);
  });

  test('flat rows of more dimensions, and empty ones', () => {
    expectSameInputs(
      SharedArray.from([
        [[1], [2]],
        [[3], [4]],
      ]),
      [new Float64Array([1, 2]), new Float64Array([3, 4])],
    );
    expectSameInputs(SharedArray.zeros('int8', [2, 0]), [new Int8Array(), new Int8Array()]);
    expectSameInputs(SharedArray.zeros('int8', [0, 3]), []);
  });

  test('places, where there are no inputs', () => {
    expect(readBoth(placesAsInputs(3))).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
  });

  test.each([
    ['a hole', Object.assign(new Array<number>(3), { 0: 1, 2: 3 })],
    ['a bigint', [1, 2n]],
    ['an object', [1, {}]],
    ['undefined', [1, undefined]],
  ])('no array with %s', (_, inputs) => {
    expect(claimedInputs(inputs)).toBe(undefined);
  });

  test.each([
    ['a set', new Set([1])],
    ['an iterator', [1].values()],
    ['bytes', new DataView(new ArrayBuffer(1))],
  ])('nor %s', (_, inputs) => {
    expect(claimedInputs(inputs)).toBe(undefined);
  });
});

describe('spans', () => {
  test('end together: none is more than a part of what a lane can still expect', () => {
    const nJobs = 10_000;
    const ledger = Ledger.create(2, nJobs);
    new ClaimedFeed(placesAsInputs(nJobs), ledger);
    const inputs = laneInputs(
      { source: { type: 'places' }, order: undefined },
      ledger,
      new LanePen(ledger, 0),
      noLink,
    );
    let claimed = 0;
    let last = 0;
    for (
      let span = inputs.next(1e9, Number.POSITIVE_INFINITY);
      typeof span === 'object';
      span = inputs.next(1e9, Number.POSITIVE_INFINITY)
    ) {
      expect(span.start).toBe(claimed);
      last = span.end - span.start;
      expect(last).toBeLessThanOrEqual(Math.max(1, Math.ceil((nJobs - claimed) / 16)));
      claimed = span.end;
    }
    expect(claimed).toBe(nJobs);
    expect(last).toBe(1);
  });

  test('go no further than the limit, until it is raised, and never beyond the end', () => {
    const run = new FakeRun(Ledger.create(2, 10));
    const feed = new ClaimedFeed(placesAsInputs(10), run.ledger);
    run.feed = feed;
    feed.allow(4);
    expect(feed.wanted).toBe(4);
    run.drain(3);
    expect(run.outcomes.size).toBe(4);
    expect(feed.wanted).toBe(0);
    feed.allow(1000);
    expect(feed.wanted).toBe(6);
    run.drain(3);
    expect(run.outcomes.size).toBe(10);
    expect(feed.wanted).toBe(0);
  });
});

test('what is taken from a stuck lane is wanted, and done by others', () => {
  const run = new FakeRun(Ledger.create(2, 20));
  run.feed = new ClaimedFeed(placesAsInputs(20), run.ledger);
  run.open();
  const [stuck] = run.lanes;
  const place = stuck!.begin(2)!;
  while (run.ledger.claim(5) !== undefined);
  const { watch } = run.seats[0]!;
  watch.askToPause();
  expect(run.feed.wanted).toBe(0);
  expect(run.feed.takeRest(0, watch)).toBe(true);
  expect(run.feed.wanted).toBe(1);
  const other = run.lanes[1]!;
  expect(other.begin(5)).toBe(place + 1);
});

test('a place that was tried again keeps its attempt when its result is lost beside those of others', () => {
  const ledger = Ledger.create(1, 5);
  const feed = new ClaimedFeed(placesAsInputs(5), ledger);
  feed.serve(0);
  expect(ledger.claim(5)).toEqual({ start: 0, end: 5 });
  feed.settled(2);
  feed.again(2, 2, 2);
  expect(ledger.claim(5)).toEqual({ start: 2, end: 3, attempt: 2 });
  // All of them are done, and the thread dies before main hears of it.
  ledger.states.fill(1);
  feed.closed(0, new LaneWatch(ledger, 0), true);
  expect([ledger.claim(5), ledger.claim(5), ledger.claim(5), ledger.claim(5)]).toEqual([
    { start: 0, end: 2 },
    { start: 2, end: 3, attempt: 2 },
    { start: 3, end: 5 },
    undefined,
  ]);
});
