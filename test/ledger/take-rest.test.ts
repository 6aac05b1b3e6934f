import { expect, test } from 'vitest';
import { LanePen } from '../../src/ledger/lane-pen.ts';
import { LaneWatch } from '../../src/ledger/lane-watch.ts';
import { NO_PLACE, ORDER_PAUSE } from '../../src/ledger/layout.ts';
import type { Ledger, Span } from '../../src/ledger/ledger.ts';
import { interleave, type Program, type World } from './interleave.ts';

interface State {
  /** How many spans the lane has claimed. */
  readonly claimed: number[];
  /** Places that main may give to others, and those whose jobs the lane has begun. */
  readonly freed: number[];
  readonly begun: number[];
}

// The second lies below the first, as one that was given back may.
const SPANS: readonly Span[] = [
  { start: 50, end: 53 },
  { start: 3, end: 5 },
];

const WORDS = 9;

function ledgerOf(words: Int32Array): Ledger {
  return { lane: () => words } as unknown as Ledger;
}

/** The lane's loop as src/worker/run-lane.ts has it, which ends a job for good after every `rhythm`-th. */
function lane(rhythm: number): Program<State> {
  return (words, note) => {
    const pen = new LanePen(ledgerOf(words), 0);
    let nRun = 0;
    SPANS.forEach(({ start, end }, i) => {
      note(({ claimed }) => claimed.push(i));
      pen.beginSpan(end);
      for (let place = start; place < end; ) {
        const at = place;
        if (pen.beginJob(at)) {
          note(({ begun }) => begun.push(at));
          place++;
          if (++nRun % rhythm === 0) pen.endJob();
        } else {
          pen.endJob();
          if (pen.obey() !== ORDER_PAUSE) break;
          pen.endJob();
        }
      }
      pen.endJob();
    });
  };
}

/** Main asks and takes, again and again. */
function main(times: number): Program<State> {
  return (words, note) => {
    const watch = new LaneWatch(ledgerOf(words), 0);
    for (let n = 0; n < times; n++) {
      watch.askToPause();
      const rest = watch.takeRest();
      if (rest !== undefined) note(({ freed }) => freed.push(...placesIn(rest)));
    }
  };
}

function placesIn({ start, end }: Span): number[] {
  return Array.from({ length: Math.max(0, end - start) }, (_, i) => start + i);
}

function start(): World<State> {
  const words = new Int32Array(WORDS);
  new LaneWatch(ledgerOf(words), 0).seatNext();
  return { words, state: { claimed: [], freed: [], begun: [] } };
}

/** Where the places are if the thread ends now: run, given to others, known to be unstarted, or to blame. */
function whereabouts({ words, state }: World<State>): { kept: number[]; blamed: number[]; lost: number[] } {
  const watch = new LaneWatch(ledgerOf(words), 0);
  const { begun, freed, claimed } = state;
  const kept = [...begun, ...freed, ...placesIn(watch.unstarted)];
  const blamed = watch.current === NO_PLACE || begun.includes(watch.current) ? [] : [watch.current];
  const known = new Set([...kept, ...blamed]);
  const lost = claimed.flatMap((i) => placesIn(SPANS[i]!)).filter((place) => !known.has(place));
  return { kept, blamed, lost };
}

test.each([
  { rhythm: 1, times: 2 },
  { rhythm: 100, times: 1 },
])('a lane that rests after every $rhythm jobs, and main that takes its rest $times times', (given) => {
  let nTaken = 0;
  let nDeaths = 0;
  interleave(start(), [lane(given.rhythm), main(given.times)], (world, [laneIsOver, mainIsOver]) => {
    if (!mainIsOver) return;
    const { kept, blamed, lost } = whereabouts(world);
    const known = [...kept, ...blamed];
    if (new Set(known).size < known.length) expect.fail(`more than once: ${known} after ${show(world)}`);
    if (lost.length > 0 && (laneIsOver || !isUnbegunSpan(lost))) {
      expect.fail(`lost: ${lost} after ${show(world)}`);
    }
    if (laneIsOver && world.state.freed.length > 0) nTaken++;
    if (!laneIsOver) nDeaths++;
  });
  expect(nTaken).toBeGreaterThan(3);
  expect(nDeaths).toBeGreaterThan(100);
});

/** Claimed, and the thread has not come to its first job: main finds such a span by its states. */
function isUnbegunSpan(lost: readonly number[]): boolean {
  return SPANS.some((span) => placesIn(span).join() === lost.join());
}

function show({ words, state }: World<State>): string {
  return JSON.stringify({ words: [...words], ...state });
}
