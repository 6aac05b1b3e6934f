import { setImmediate } from 'node:timers/promises';
import { SharedArray } from 'parajob';
import { describe, expect, test, vi } from 'vitest';
import { PostedFeed, type PostedFeedEvents } from '../../src/feeds/posted-feed.ts';
import { LaneWatch } from '../../src/ledger/lane-watch.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { reviveValues } from '../../src/protocol/fixed-values.ts';
import type { OutcomesMessage, ToLane } from '../../src/protocol/messages.ts';
import { until } from '../helpers/until.ts';
import { FakeRun } from './fake-run.ts';

type Batch = Extract<ToLane, { type: 'batch' }>;

/** A lane that has no job. */
const unseated = new LaneWatch(Ledger.create(1, 0), 0);

interface Given {
  readonly nLanes?: number;
  readonly longestBatch?: number;
  readonly events?: Partial<PostedFeedEvents>;
}

/** A feed, and what it has posted to each lane. */
class Posts {
  readonly feed: PostedFeed;
  readonly #posted = new Map<number, ToLane[]>();

  constructor(
    inputs: Iterable<unknown> | AsyncIterable<unknown>,
    { nLanes = 2, longestBatch, events }: Given = {},
  ) {
    const unexpected = () => expect.fail('an event that nobody expects');
    this.feed = new PostedFeed(inputs, nLanes, longestBatch ?? Number.POSITIVE_INFINITY, {
      arrival: unexpected,
      uncloneable: unexpected,
      failed: unexpected,
      ...events,
    });
  }

  /** What the lane gets by this. */
  serve(lane: number): ToLane[] {
    const posted: ToLane[] = [];
    this.feed.serve(lane, (message) => posted.push(message));
    this.#posted.set(lane, [...(this.#posted.get(lane) ?? []), ...posted]);
    return posted;
  }

  /** The lane has done `n` places from `first`, at `milliseconds` each. */
  answer(lane: number, first: number, n: number, milliseconds = 0): ToLane[] {
    const message: OutcomesMessage = {
      type: 'outcomes',
      runs: [first, n],
      outputs: { values: [], shared: [], fillings: [], tables: [] },
      rejections: [],
      worked: { jobs: n, milliseconds: n * milliseconds },
    };
    this.feed.answered(lane, message);
    return this.serve(lane);
  }

  /** Places of all that has been posted to a lane. */
  places(lane: number): number[] {
    return (this.#posted.get(lane) ?? []).flatMap((message) =>
      message.type === 'batch' ? placesOf(message) : [],
    );
  }
}

function placesOf({ first, inputs }: Batch): number[] {
  return Array.from(inputs.values, (_, i) => first + i);
}

/** Batches as first place and size, the end as its name. */
function sizes(messages: readonly ToLane[]): (readonly [number, number] | string)[] {
  return messages.map((message) =>
    message.type === 'batch' ? [message.first, message.inputs.values.length] : message.type,
  );
}

function* counting(taken: number[] = []): Generator<object> {
  for (let n = 0; ; n++) {
    taken.push(n);
    yield { n };
  }
}

describe('a batch', () => {
  test('is of one input at first, and the next one waits with the lane', () => {
    const posts = new Posts(counting());
    expect(sizes(posts.serve(0))).toEqual([
      [0, 1],
      [1, 1],
    ]);
    expect(posts.serve(0)).toEqual([]);
    expect(sizes(posts.serve(1))).toEqual([
      [2, 1],
      [3, 1],
    ]);
    expect(sizes(posts.answer(0, 0, 1, 10))).toEqual([[4, 1]]);
  });

  test('grows where jobs are short, and is posted when the one before the last is answered', () => {
    const posts = new Posts(counting());
    posts.serve(0);
    expect(sizes(posts.answer(0, 0, 1, 0.01))).toEqual([[2, 4]]);
    expect(sizes(posts.answer(0, 1, 1, 0.01))).toEqual([[6, 16]]);
    expect(posts.answer(0, 2, 3, 0.01)).toEqual([]);
    expect(sizes(posts.answer(0, 5, 1, 0.01))).toEqual([[22, 256]]);
  });

  test('shrinks as soon as jobs take longer', () => {
    const posts = new Posts(counting());
    posts.serve(0);
    posts.answer(0, 0, 1);
    posts.answer(0, 1, 1);
    expect(sizes(posts.answer(0, 2, 4, 100))).toEqual([[22, 1]]);
  });

  test('shrinks to a share of the tail, where it is known how many there are', () => {
    const nJobs = 100;
    const posts = new Posts(Array.from({ length: nJobs }, (_, n) => ({ n })));
    const lengths: number[] = [];
    for (const queue = posts.serve(0); queue[0]?.type === 'batch'; queue.shift()) {
      const places = placesOf(queue[0]);
      lengths.push(places.length);
      expect(places.length).toBeLessThanOrEqual(Math.max(1, Math.ceil((nJobs - places[0]!) / 4)));
      queue.push(...posts.answer(0, places[0]!, places.length));
    }
    expect(posts.places(0)).toEqual(Array.from({ length: nJobs }, (_, n) => n));
    expect(Math.max(...lengths)).toBeGreaterThan(10);
    expect(lengths.at(-1)).toBe(1);
  });

  test('is never longer than it may be', () => {
    const posts = new Posts(counting(), { longestBatch: 1 });
    posts.serve(0);
    for (let place = 0; place < 5; place++)
      expect(sizes(posts.answer(0, place, 1))).toEqual([[place + 1, 1]]);
  });

  test('takes no more big arrays than a few megabytes', () => {
    const posts = new Posts(
      (function* () {
        for (;;) yield new Float64Array(1 << 17);
      })(),
    );
    posts.serve(0);
    posts.answer(0, 0, 1);
    posts.answer(0, 1, 1);
    expect(sizes(posts.answer(0, 2, 4))).toEqual([[10, 4]]);
  });

  test('holds each input as it was when it was posted', () => {
    const reused = { n: 0, samples: new Float64Array(1), array: SharedArray.zeros('int8', [1]) };
    const posts = new Posts(
      (function* () {
        for (;;) {
          reused.n++;
          reused.samples[0]!++;
          yield reused;
        }
      })(),
    );
    posts.serve(0);
    const [message] = posts.answer(0, 0, 1) as [Batch];
    const inputs = reviveValues(structuredClone(message.inputs)) as (typeof reused)[];
    expect(inputs.map(({ n, samples }) => [n, samples[0]])).toEqual([
      [3, 3],
      [4, 4],
      [5, 5],
      [6, 6],
    ]);
    expect(inputs[3]!.array.data.buffer.byteLength).toBe(1);
  });
});

describe('inputs are read', () => {
  test('no further than lanes can take them', () => {
    const taken: number[] = [];
    const posts = new Posts(counting(taken));
    expect(taken).toEqual([]);
    posts.serve(0);
    posts.serve(1);
    expect(taken).toEqual([0, 1, 2, 3]);
    posts.answer(0, 0, 1);
    expect(taken).toHaveLength(8);
  });

  test('no further than the limit, until it is raised', () => {
    const taken: number[] = [];
    const posts = new Posts(counting(taken));
    posts.feed.allow(3);
    posts.serve(0);
    expect(sizes(posts.answer(0, 0, 1))).toEqual([[2, 1]]);
    expect(posts.feed.wanted).toBe(0);
    expect(posts.answer(0, 1, 1)).toEqual([]);
    expect(sizes(posts.answer(0, 2, 1))).toEqual(['end']);
    posts.feed.closed(0, unseated);
    posts.feed.allow(4);
    expect(posts.feed.wanted).toBeGreaterThan(0);
    expect(sizes(posts.serve(0))).toEqual([[3, 1]]);
    expect(taken).toEqual([0, 1, 2, 3]);
  });

  test('from an iterator whose end shows only when it comes', () => {
    const posts = new Posts([{}, {}].values());
    expect(posts.feed.total).toBe(undefined);
    posts.serve(0);
    expect(posts.feed.total).toBe(undefined);
    expect(sizes(posts.answer(0, 0, 1))).toEqual(['end']);
    expect(posts.answer(0, 1, 1)).toEqual([]);
    expect(posts.feed).toMatchObject({ total: 2, wanted: 0 });
  });

  test.each([
    ['an array', [{}, {}, {}]],
    ['a set', new Set([1, 2, 3])],
    [
      'a map',
      new Map([
        [1, 1],
        [2, 2],
        [3, 3],
      ]),
    ],
  ])('from %s, counted beforehand', (_, inputs) => {
    expect(new Posts(inputs).feed).toMatchObject({ total: 3, wanted: 3 });
  });

  test('as they arrive, and go to the lanes that wait for them', async () => {
    const arrival = vi.fn();
    const posts = new Posts(
      (async function* () {
        yield { n: 0 };
        yield { n: 1 };
      })(),
      { events: { arrival } },
    );
    const got = posts.serve(0);
    expect(got).toEqual([]);
    expect(posts.feed).toMatchObject({ wanted: 0, total: undefined });
    await until(() => got.length === 1);
    const more = posts.answer(0, 0, 1);
    await until(() => arrival.mock.calls.length === 3);
    expect(sizes([...got, ...more])).toEqual([
      [0, 1],
      [1, 1],
    ]);
    expect(sizes(posts.answer(0, 1, 1))).toEqual(['end']);
    expect(posts.feed.total).toBe(2);
  });

  test('when there are some: a lane that waits in vain gives its thread back', async () => {
    let give: (() => void) | undefined;
    const arrival = vi.fn();
    const posts = new Posts(
      (async function* () {
        await new Promise<void>((resolve) => {
          give = resolve;
        });
        yield { n: 0 };
      })(),
      { events: { arrival } },
    );
    expect(await new Promise((resolve) => posts.feed.serve(0, resolve))).toEqual({ type: 'end' });
    posts.feed.closed(0, unseated);
    give?.();
    await until(() => arrival.mock.calls.length > 0);
    expect(posts.feed.wanted).toBe(1);
    expect(sizes(posts.serve(0))).toEqual([[0, 1]]);
  });

  test('until the iterator throws: what it gave before goes on', () => {
    const failed = vi.fn();
    const posts = new Posts(
      (function* () {
        yield 1;
        throw new Error('broken');
      })(),
      { events: { failed } },
    );
    expect(sizes(posts.serve(0))).toEqual([[0, 1], 'end']);
    expect(failed).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'INPUTS_FAILED' }));
    expect(posts.feed.wanted).toBe(0);
  });

  test('no more once the run has stopped, and the iterator is told', async () => {
    const left: string[] = [];
    const posts = new Posts(
      (function* () {
        try {
          for (;;) yield 1;
        } finally {
          left.push('left');
        }
      })(),
    );
    posts.serve(0);
    posts.feed.stop();
    expect(left).toEqual(['left']);
    expect(posts.feed.wanted).toBe(0);
    expect(posts.serve(1)).toEqual([{ type: 'end' }]);
    await setImmediate();
  });
});

describe('an input that cannot cross', () => {
  test('is the outcome of its place, and those around it go their way', () => {
    const uncloneable = vi.fn();
    const bad = { call: () => {} };
    const posts = new Posts([{ n: 0 }, bad, bad, { n: 3 }, bad, { n: 5 }].values(), {
      events: { uncloneable },
    });
    posts.serve(0);
    for (let i = 0; i < 3; i++) {
      const places = posts.places(0);
      posts.answer(0, places.at(-1)!, 1);
    }
    expect(posts.places(0)).toEqual([0, 3, 5]);
    expect(uncloneable.mock.calls.map(([place, input]) => [place, input === bad])).toEqual([
      [1, true],
      [2, true],
      [4, true],
    ]);
    expect(uncloneable.mock.calls[0]![2]).toMatchObject({
      code: 'INPUT_NOT_CLONEABLE',
      message: expect.stringContaining('input.call is the function call'),
    });
    expect(posts.feed.total).toBe(6);
  });

  test('may be the only one', () => {
    const uncloneable = vi.fn();
    const posts = new Posts([Symbol('s')], { events: { uncloneable } });
    expect(posts.serve(0)).toEqual([{ type: 'end' }]);
    expect(uncloneable).toHaveBeenCalledTimes(1);
    expect(posts.feed.total).toBe(1);
  });
});

describe('inputs that a lane could not bring to an end go to others', () => {
  test('when it is over', () => {
    const posts = new Posts([...'abcdefgh'], { nLanes: 1 });
    posts.serve(0);
    posts.answer(0, 0, 1);
    expect(posts.places(0)).toEqual([0, 1, 2, 3, 4]);
    posts.answer(0, 1, 1);
    posts.feed.settled(2);
    posts.feed.closed(0, unseated);
    expect(posts.feed.wanted).toBeGreaterThan(0);
    expect(posts.feed.inputOf(3)).toBe('d');
    expect(sizes(posts.serve(0))).toEqual([
      [3, 1],
      [4, 1],
    ]);
    expect(sizes(posts.answer(0, 3, 1))).toEqual([[5, 1]]);
  });

  test('when it is stuck, and then not a second time when its thread ends', () => {
    const run = new FakeRun(Ledger.create(2, 0));
    run.feed = new PostedFeed([...'abcdefghijklmnopqrst'].values(), 2, Number.POSITIVE_INFINITY, {
      arrival: () => {},
      uncloneable: () => {},
      failed: () => {},
    });
    run.open();
    const [stuck, other] = run.lanes as [(typeof run.lanes)[0], (typeof run.lanes)[0]];
    for (let n = 0; n < 2; n++) {
      stuck.finish(stuck.begin(1)!);
      stuck.send();
      run.hear(stuck);
    }
    const place = stuck.begin(1)!;
    const { watch } = run.seats[0]!;
    watch.askToPause();
    expect([run.feed.takeRest(0, watch), run.feed.takeRest(0, watch)]).toEqual([true, false]);
    expect([run.feed.takeQueued(0, watch), run.feed.takeQueued(0, watch)]).toEqual([true, false]);
    // Two batches of one are with the other lane already.
    other.finish(other.begin(1)!);
    other.finish(other.begin(1)!);
    other.send();
    run.hear(other);
    expect(other.begin(1)).toBe(place + 1);
    run.close(stuck, true);
    other.finish(place + 1);
    run.drain(1);
    expect(run.twice).toEqual([]);
    expect(run.outcomes.get(place)).toBe('died');
    expect(run.nSettled).toBe(20);
  });

  test('once, though one of them is to be tried again already', () => {
    const posts = new Posts(['a', 'b'], { nLanes: 1 });
    posts.serve(0);
    posts.feed.settled(0);
    posts.feed.again(0, 'a', 1);
    posts.feed.closed(0, unseated);
    expect(sizes(posts.serve(0))).toEqual([
      [0, 1],
      [1, 1],
    ]);
    expect(sizes(posts.answer(0, 0, 1))).toEqual(['end']);
  });

  test('but not what another lane is trying again', () => {
    const posts = new Posts([...'abcdef'].values());
    posts.serve(0);
    posts.answer(0, 0, 1);
    expect(posts.places(0)).toEqual([0, 1, 2, 3, 4, 5]);
    posts.answer(0, 1, 1);
    posts.feed.again(1, 'b', 2);
    expect(posts.serve(1)).toMatchObject([{ type: 'batch', first: 1, attempt: 2 }, { type: 'end' }]);
    posts.feed.closed(0, unseated);
    expect(posts.feed.wanted).toBe(4);
    posts.feed.closed(1, unseated);
    expect(posts.feed.wanted).toBe(5);
  });

  test('and are forgotten once they are answered', () => {
    const posts = new Posts(['a', 'b'], { nLanes: 1 });
    posts.serve(0);
    expect(posts.feed.hasPosted(0)).toBe(true);
    posts.answer(0, 0, 1);
    expect(posts.feed.inputOf(0)).toBe(undefined);
    expect(posts.feed.inputOf(1)).toBe('b');
    posts.answer(0, 1, 1);
    expect(posts.feed.hasPosted(0)).toBe(false);
    posts.feed.closed(0, unseated);
    expect(posts.feed.wanted).toBe(0);
  });
});

test('there is nothing to take from a lane between jobs', () => {
  const ledger = Ledger.create(1, 0);
  const watch = new LaneWatch(ledger, 0);
  const posts = new Posts(counting());
  posts.serve(0);
  watch.askToPause();
  expect(posts.feed.takeRest(0, watch)).toBe(false);
});
