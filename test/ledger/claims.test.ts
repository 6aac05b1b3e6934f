import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LanePen } from '../../src/ledger/lane-pen.ts';
import { LaneWatch } from '../../src/ledger/lane-watch.ts';
import { RETURNED_SLOTS } from '../../src/ledger/layout.ts';
import { Ledger, type Span } from '../../src/ledger/ledger.ts';

function placesIn({ start, end }: Span): number[] {
  return Array.from({ length: end - start }, (_, i) => start + i);
}

type Step =
  | { readonly type: 'claim'; readonly size: number }
  | { readonly type: 'raise'; readonly by: number }
  /** Gives back the rest of a span that was claimed before, from a part of it on. */
  | { readonly type: 'return'; readonly which: number; readonly from: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ type: fc.constant('claim' as const), size: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ type: fc.constant('raise' as const), by: fc.integer({ min: 0, max: 40 }) }),
  fc.record({
    type: fc.constant('return' as const),
    which: fc.nat(),
    from: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  }),
);

test('claims share out the places below the limit, each to one, whatever is raised and returned meanwhile', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const ledger = Ledger.create(3, 0);
      const held: Span[] = [];
      let limit = 0;
      let nReturned = 0;
      const claim = (size: number): boolean => {
        const returned = ledger.hasReturned;
        const span = ledger.claim(size);
        if (span === undefined) return false;
        expect(span.end).toBeGreaterThan(span.start);
        expect(span.end).toBeLessThanOrEqual(limit);
        if (returned) nReturned--;
        else expect(span.end - span.start).toBeLessThanOrEqual(size);
        held.push(span);
        return true;
      };
      for (const next of steps) {
        if (next.type === 'claim') claim(next.size);
        else if (next.type === 'raise') {
          limit += next.by;
          ledger.raiseLimit(limit);
        } else if (held.length > 0) {
          const at = next.which % held.length;
          const { start, end } = held[at]!;
          const from = start + Math.floor(next.from * (end - start));
          const isThereRoom = nReturned < RETURNED_SLOTS;
          expect(ledger.giveBack({ start: from, end })).toBe(isThereRoom);
          if (!isThereRoom) continue;
          nReturned++;
          held.splice(at, 1, ...(from > start ? [{ start, end: from }] : []));
        }
        expect(ledger.hasReturned).toBe(nReturned > 0);
        expect(ledger.unclaimed).toBe(limit - ledger.claimed);
      }
      while (claim(7));
      expect(held.flatMap(placesIn).sort((a, b) => a - b)).toEqual(placesIn({ start: 0, end: limit }));
    }),
    { numRuns: 300 },
  );
});

test('returned places come before new ones', () => {
  const ledger = Ledger.create(1, 0);
  ledger.raiseLimit(100);
  ledger.claim(10);
  ledger.giveBack({ start: 3, end: 5 });
  expect([ledger.claim(10), ledger.claim(10)]).toEqual([
    { start: 3, end: 5 },
    { start: 10, end: 20 },
  ]);
});

test('nothing can be claimed once it has stopped', () => {
  const ledger = Ledger.create(1, 0);
  ledger.raiseLimit(10);
  ledger.giveBack({ start: 0, end: 1 });
  ledger.stop();
  expect(ledger.claim(1)).toBe(undefined);
  expect(ledger.stopped).toBe(true);
});

test('three threads that claim at once, while spans come back, get each place once', async () => {
  const nPlaces = 60_000;
  const nBack = 1_000;
  const ledger = Ledger.create(3, 0);
  const hits = new Int32Array(new SharedArrayBuffer(nPlaces * 4));
  // The first places are not handed out by the counter, but come back one by one, as fast as there is room.
  ledger.raiseLimit(nBack);
  expect(ledger.claim(nBack)).toEqual({ start: 0, end: nBack });
  const threads = [[1], [3, 40, 2], [17]].map(
    (sizes) =>
      new Worker(new URL('../fixtures/lanes/claimer.mjs', import.meta.url), {
        workerData: { handle: ledger.handle, hits: hits.buffer, sizes },
      }),
  );
  await Promise.all(threads.map((thread) => once(thread, 'online')));
  for (let place = 0, limit = nBack; place < nBack; ) {
    limit = Math.min(nPlaces, limit + 50);
    ledger.raiseLimit(limit);
    if (ledger.giveBack({ start: place, end: place + 1 })) place++;
    else await new Promise(setImmediate);
  }
  ledger.raiseLimit(nPlaces);
  while (ledger.unclaimed > 0 || ledger.hasReturned) await new Promise(setImmediate);
  ledger.stop();
  await Promise.all(threads.map((thread) => once(thread, 'exit')));
  expect(ledger.claimed).toBe(nPlaces);
  expect(hits.findIndex((n) => n !== 1)).toBe(-1);
});

describe('a seat', () => {
  test('lets a lane begin once', () => {
    const ledger = Ledger.create(2, 0);
    const sitting = new LaneWatch(ledger, 1).seatNext();
    expect(new LanePen(ledger, 1).begin(sitting)).toBe(true);
    expect(new LanePen(ledger, 1).begin(sitting)).toBe(false);
  });

  test('is not taken by a lane that was called off, nor is one called off that has begun', () => {
    const ledger = Ledger.create(1, 0);
    const watch = new LaneWatch(ledger, 0);
    const first = watch.seatNext();
    expect(watch.abandon()).toBe(true);
    expect(watch.abandon()).toBe(true);
    const second = watch.seatNext();
    const pen = new LanePen(ledger, 0);
    expect(pen.begin(first)).toBe(false);
    expect(pen.begin(second)).toBe(true);
    expect(watch.abandon()).toBe(false);
  });

  test('shows its next lane nothing of the last', () => {
    const ledger = Ledger.create(1, 0);
    const watch = new LaneWatch(ledger, 0);
    const pen = new LanePen(ledger, 0);
    pen.begin(watch.seatNext());
    pen.beginSpan(9);
    pen.beginJob(4);
    watch.askToPause();
    expect(watch.takeRest()).toEqual({ start: 5, end: 9 });
    pen.begin(watch.seatNext());
    expect(watch).toMatchObject({ current: -1, unstarted: { start: 0, end: 0 } });
    expect(pen.beginJob(0)).toBe(true);
  });

  test('keeps the count of what its lanes have written', () => {
    const ledger = Ledger.create(2, 0);
    for (const seat of [0, 1, 0]) {
      new LaneWatch(ledger, seat).seatNext();
      new LanePen(ledger, seat).countWritten(1, 1);
    }
    expect(ledger.written).toBe(3);
  });
});

describe('main sees', () => {
  test('which job is running, and what has not been started, on either side of a job', () => {
    const ledger = Ledger.create(1, 0);
    const watch = new LaneWatch(ledger, 0);
    const pen = new LanePen(ledger, 0);
    const seen = () => [watch.current, placesIn(watch.unstarted)];
    pen.begin(watch.seatNext());
    pen.beginSpan(12);
    pen.beginJob(10);
    expect(seen()).toEqual([10, [11]]);
    pen.endJob();
    expect(seen()).toEqual([-1, [11]]);
    pen.endJob();
    expect(seen()).toEqual([-1, [11]]);
    pen.beginJob(11);
    expect(seen()).toEqual([11, []]);
    pen.endJob();
    expect(watch.current).toBe(-1);
    expect(watch.unstarted.start).toBeGreaterThanOrEqual(watch.unstarted.end);
  });

  test('a lane as stuck when it is in one job at two looks in a row', () => {
    const ledger = Ledger.create(1, 0);
    const watch = new LaneWatch(ledger, 0);
    const pen = new LanePen(ledger, 0);
    pen.begin(watch.seatNext());
    pen.beginSpan(9);
    expect(watch.isStuck()).toBe(false);
    pen.beginJob(0);
    expect(watch.isStuck()).toBe(false);
    expect(watch.isStuck()).toBe(true);
    pen.beginJob(1);
    expect(watch.isStuck()).toBe(false);
    pen.endJob();
    expect(watch.isStuck()).toBe(false);
  });
});
