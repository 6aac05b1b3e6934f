import { describe, expect, test } from 'vitest';
import { ClaimedFeed, placesAsInputs } from '../../src/feeds/claimed-feed.ts';
import { LanePen } from '../../src/ledger/lane-pen.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { LEAST_LOOK_MS, Seat } from '../../src/run/seat.ts';

/** A lane in the second job of a span of ten, that main has asked to pause at 40 ms. */
function stuckLane() {
  const ledger = Ledger.create(2, 10);
  const feed = new ClaimedFeed(placesAsInputs(10), ledger);
  const seat = new Seat(ledger, 0);
  const pen = new LanePen(ledger, 0);
  pen.begin(seat.seatNext());
  seat.started(0);
  feed.serve(0);
  const { end } = ledger.claim(10)!;
  pen.beginSpan(end);
  pen.beginJob(0);
  pen.endJob();
  pen.beginJob(1);
  seat.ask(40);
  return { ledger, feed, seat, pen };
}

test('a lane is in its job for as long as it is seen in the same', () => {
  const { seat, pen } = stuckLane();
  expect([seat.inJobFor(50), seat.inJobFor(60), seat.inJobFor(80)]).toEqual([0, 10, 30]);
  pen.endJob();
  pen.obey();
  pen.beginJob(2);
  expect([seat.inJobFor(100), seat.inJobFor(110)]).toEqual([0, 10]);
});

describe('what a lane has not started', () => {
  test('goes to others as soon as one runs out of work', () => {
    const { ledger, feed, seat } = stuckLane();
    expect(feed.wanted).toBe(0);
    expect(seat.relieve(50, feed, false)).toBe(true);
    expect(ledger.claim(10)).toMatchObject({ start: 2, end: 10 });
  });

  test('goes once', () => {
    const { feed, seat } = stuckLane();
    expect([seat.relieve(50, feed, false), seat.relieve(60, feed, false)]).toEqual([true, false]);
  });

  test('not before what it has stored can be seen', () => {
    const { feed, seat } = stuckLane();
    expect(seat.relieve(40 + LEAST_LOOK_MS / 2, feed, false)).toBe(false);
    expect(seat.relieve(40 + LEAST_LOOK_MS, feed, false)).toBe(true);
  });

  test('not when it has gone on since', () => {
    const { feed, seat, pen } = stuckLane();
    pen.endJob();
    expect(pen.beginJob(2)).toBe(false);
    pen.obey();
    pen.beginJob(2);
    expect(seat.relieve(50, feed, false)).toBe(false);
  });

  test('not when it goes on while it is asked again, which starts the time anew', () => {
    const { feed, seat, pen } = stuckLane();
    // As if the lane met its order right after main had found it in the same job.
    pen.obey();
    seat.ask(60);
    expect(seat.relieve(60 + LEAST_LOOK_MS / 2, feed, false)).toBe(false);
  });

  test('and at its time, however often it is asked', () => {
    const { feed, seat } = stuckLane();
    seat.ask(50);
    expect(seat.relieve(50, feed, false)).toBe(true);
  });

  test('stays with it where nobody has asked', () => {
    const ledger = Ledger.create(1, 2);
    const feed = new ClaimedFeed(placesAsInputs(2), ledger);
    const seat = new Seat(ledger, 0);
    seat.seatNext();
    expect(seat.relieve(100, feed, false)).toBe(false);
  });
});
