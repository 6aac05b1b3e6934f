import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ClaimedFeed,
  type ClaimedInputs,
  claimedInputs,
  placesAsInputs,
} from '../../src/feeds/claimed-feed.ts';
import { PostedFeed } from '../../src/feeds/posted-feed.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { InPlaceCollector } from '../../src/results/collect-results.ts';
import { FakeRun } from './fake-run.ts';

const N_LANES = 3;

type Act = {
  readonly lane: number;
  readonly size: number;
  readonly type: 'open' | 'begin' | 'run' | 'rest' | 'send' | 'hear' | 'ask' | 'take' | 'takeQueued' | 'die';
};

const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.record({
    lane: fc.nat(N_LANES - 1),
    size: fc.integer({ min: 1, max: 9 }),
    type: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom('run' as const, 'begin' as const) },
      { weight: 4, arbitrary: fc.constantFrom('open' as const, 'hear' as const, 'send' as const) },
      { weight: 3, arbitrary: fc.constantFrom('ask' as const, 'take' as const, 'rest' as const) },
      { weight: 1, arbitrary: fc.constant('takeQueued' as const) },
      { weight: 1, arbitrary: fc.constant('die' as const) },
    ),
  }),
  { minLength: 20, maxLength: 150 },
);

/** Does all that, then lets the run come to its end. A lane stays in a job it has begun until it is moved on. */
function act(run: FakeRun, steps: readonly Act[]): void {
  const inJob = new Map<number, number>();
  for (const { lane: seat, size, type } of steps) {
    if (type === 'open') run.open();
    const lane = run.seats[seat]!.lane;
    if (lane === undefined) continue;
    const { watch } = run.seats[seat]!;
    const place = inJob.get(seat);
    if (type === 'ask') watch.askToPause();
    else if (type === 'take') run.feed.takeRest(seat, watch);
    else if (type === 'takeQueued') run.feed.takeQueued(seat, watch);
    else if (type === 'hear') run.hear(lane);
    else if (type === 'die') {
      inJob.delete(seat);
      run.close(lane, true);
    } else {
      // In every other way it first ends the job that it is in.
      inJob.delete(seat);
      if (place !== undefined) lane.finish(place);
      if (type === 'rest') lane.rest();
      if (type === 'send') lane.send();
      const begun = type === 'begin' || type === 'run' ? lane.begin(size) : undefined;
      if (begun !== undefined && type === 'run') lane.finish(begun);
      if (begun !== undefined && type === 'begin') inJob.set(seat, begun);
      if (lane.isOver) run.close(lane, false);
    }
  }
  for (const [seat, place] of inJob) run.seats[seat]!.lane?.finish(place);
  run.drain(2);
}

function expectOneOutcomeEach(run: FakeRun, nJobs: number, outcomeOf: (place: number) => unknown): void {
  expect(run.twice).toEqual([]);
  expect(run.nSettled).toBe(nJobs);
  for (const [place, outcome] of run.outcomes) {
    expect(place).toBeLessThan(nJobs);
    if (outcome !== 'died') expect(outcome).toEqual(outcomeOf(place));
  }
}

const hatesSevens = (place: number): unknown => {
  if (place % 7 === 0) throw 'seven';
  return place * 2;
};
const outcomeOf = (place: number): unknown =>
  place % 7 === 0 ? { type: 'value', value: 'seven' } : place * 2;

describe.each([
  1, 3,
])('whatever happens to lanes, every place gets one outcome, tried up to %i times', (nTries) => {
  test('of places that lanes claim', () => {
    fc.assert(
      fc.property(fc.nat(60), acts, (nJobs, steps) => {
        const run = new FakeRun(Ledger.create(N_LANES, nJobs), hatesSevens);
        run.feed = new ClaimedFeed(placesAsInputs(nJobs), run.ledger);
        run.nTries = nTries;
        act(run, steps);
        expectOneOutcomeEach(run, nJobs, outcomeOf);
      }),
      { numRuns: 250 },
    );
  });

  test('of claimed places with results in place', () => {
    fc.assert(
      fc.property(fc.nat(60), acts, (nJobs, steps) => {
        const { output, results } = new InPlaceCollector(
          { dtype: 'int32', shape: undefined, array: undefined },
          nJobs,
          -1,
        );
        const run = new FakeRun(Ledger.create(N_LANES, nJobs), hatesSevens, output);
        run.feed = new ClaimedFeed(placesAsInputs(nJobs), run.ledger);
        run.nTries = nTries;
        act(run, steps);
        expectOneOutcomeEach(run, nJobs, outcomeOf);
        for (let place = 0; place < nJobs; place++) {
          if (!run.outcomes.has(place)) expect((results as Int32Array)[place]).toBe(place * 2);
        }
      }),
      { numRuns: 250 },
    );
  });

  test.each([
    ['whose number is known', (inputs: object[]) => inputs],
    ['whose number is not known', (inputs: object[]) => inputs.values()],
  ])('of inputs that are posted, %s', (_, inputsOf) => {
    fc.assert(
      fc.property(fc.nat(60), acts, (nJobs, steps) => {
        const run = new FakeRun(Ledger.create(N_LANES, 0), (place) => ({ place: hatesSevens(place) }));
        // Every eleventh cannot cross.
        const inputs = Array.from({ length: nJobs }, (__, place) =>
          place % 11 === 10 ? { call: () => {} } : { place },
        );
        run.feed = new PostedFeed(inputsOf(inputs), N_LANES, Number.POSITIVE_INFINITY, {
          arrival: () => expect.fail('nothing arrives late'),
          failed: () => expect.fail('reading does not fail'),
          uncloneable: (place, input) => {
            expect(input).toBe(inputs[place]);
            run.feed.settled(place);
            run.settle(place, 'uncloneable');
          },
        });
        run.nTries = nTries;
        act(run, steps);
        expectOneOutcomeEach(run, nJobs, (place) =>
          place % 11 === 10 ? 'uncloneable' : place % 7 === 0 ? outcomeOf(0) : { place: place * 2 },
        );
        expect(run.feed.total).toBe(nJobs);
      }),
      { numRuns: 250 },
    );
  });
});

test('what a lane holds when its thread ends between a claim and its first job is found when no lane is left', () => {
  const run = new FakeRun(Ledger.create(2, 10));
  run.feed = new ClaimedFeed(placesAsInputs(10), run.ledger);
  run.open();
  run.ledger.claim(4);
  run.close(run.lanes[0]!, true);
  run.drain(3);
  expect([...run.outcomes.keys()].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('more spans come back than the ledger has room for', () => {
  const nJobs = 200;
  const run = new FakeRun(Ledger.create(1, nJobs));
  run.feed = new ClaimedFeed(placesAsInputs(nJobs), run.ledger);
  run.open();
  const [lane] = run.lanes;
  // Every other outcome is heard, so that the others are lost one by one.
  for (let n = 0; n < nJobs; n++) {
    const place = lane!.begin(1)!;
    lane!.finish(place);
    lane!.send();
    if (place % 2 === 1) lane!.outbox.pop();
    else run.hear(lane!);
  }
  run.close(lane!, true);
  run.drain(1);
  expect(run.twice).toEqual([]);
  expect(run.nSettled).toBe(nJobs);
});

test('inputs are found by their place until they are answered', () => {
  const numbers = claimedInputs([5, 6, 7]) as ClaimedInputs;
  const claimed = new ClaimedFeed(numbers, Ledger.create(1, 3));
  expect([0, 1, 2].map((place) => claimed.inputOf(place))).toEqual([5, 6, 7]);
});
