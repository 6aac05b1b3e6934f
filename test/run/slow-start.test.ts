import { expect, test } from 'vitest';
import type { Backend, LaneEvents } from '../../src/backends/backend.ts';
import { PostedFeed } from '../../src/feeds/posted-feed.ts';
import { LanePen } from '../../src/ledger/lane-pen.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import type { FixedValues } from '../../src/protocol/fixed-values.ts';
import type { LaneStart } from '../../src/protocol/messages.ts';
import { Run } from '../../src/run/run.ts';

const NOTHING: FixedValues = { values: [], shared: [], fillings: [], tables: [] };

/** Two lanes: one that has nothing to do ends at once, and one with an input takes its time to make its worker. */
class SlowBackend implements Backend {
  readonly type = 'inline';
  readonly nLanes = 2;
  nCalledOff = 0;
  #last: { readonly start: LaneStart; readonly events: LaneEvents } | undefined;
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  open(start: LaneStart, events: LaneEvents): ReturnType<Backend['open']> {
    const over = () => events.over({ type: 'finished' });
    queueMicrotask(events.started);
    return {
      post: ({ type }) => {
        if (type === 'batch') this.#last = { start, events };
        else if (this.#last?.start !== start) queueMicrotask(over);
      },
      cancel: () => {
        this.nCalledOff++;
        queueMicrotask(over);
      },
      kill: over,
    };
  }

  /** The slow lane has its worker at last, and does its job. */
  finish(): void {
    const { start, events } = this.#last!;
    new LanePen(this.#ledger, start.lane).begin(start.sitting);
    const worked = { jobs: 1, milliseconds: 0 };
    const outputs = { ...NOTHING, values: ['done'] };
    events.message({ type: 'outcomes', runs: [0, 1], outputs, rejections: [], worked });
    events.over({ type: 'finished' });
  }
}

test('a lane that takes long to make its worker is not called off each time that main looks', async () => {
  const ledger = Ledger.create(2, 0);
  const backend = new SlowBackend(ledger);
  const results: unknown[] = [];
  let nLooks = 0;
  let looked: () => void = () => {};
  const severalLooks = new Promise<void>((resolve) => {
    looked = resolve;
  });
  const fail = () => expect.fail('nothing goes wrong');
  const run: Run = new Run({
    backend,
    ledger,
    feed: new PostedFeed([{}].values(), 2, Number.POSITIVE_INFINITY, {
      arrival: fail,
      uncloneable: fail,
      failed: fail,
    }),
    worker: {
      runnerId: 0,
      reference: undefined,
      captured: undefined,
      workerArgs: NOTHING,
      trailing: NOTHING,
      spread: false,
    },
    reporter: {
      start: () => {},
      tick: () => {
        if (++nLooks === 5) looked();
      },
      log: () => {},
      finish: () => {},
    },
    deliver: ({ outputs }) => results.push(...Array.from(outputs)),
    retries: { limit: 0, delay: 0, backoff: 1, when: () => false, maxDeaths: 0 },
    calledFrom: { stack: '' },
    output: undefined,
    order: undefined,
    isCapturing: false,
    logsFailures: false,
    logLevel: 'silent',
    initTimeout: undefined,
    timeout: undefined,
    wear: undefined,
    signal: undefined,
  });
  const settled = run.start();
  await severalLooks;
  // Once, when the other lane had run out of work.
  expect(backend.nCalledOff).toBe(1);
  backend.finish();
  await settled;
  expect(results).toEqual(['done']);
});
