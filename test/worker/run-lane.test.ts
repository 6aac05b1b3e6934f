import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { log } from 'parajob';
import { describe, expect, test } from 'vitest';
import { LaneWatch } from '../../src/ledger/lane-watch.ts';
import type { LaneStart, ToLane } from '../../src/protocol/messages.ts';
import { InPlaceCollector } from '../../src/results/collect-results.ts';
import { getLogSink, setLogSink } from '../../src/worker/log.ts';
import { runLane } from '../../src/worker/run-lane.ts';
import { batch, end, ProbeLink, startLane } from './lane-probe.ts';

async function run(
  nJobs: number,
  worker: (input: never) => unknown,
  given: Partial<LaneStart> = {},
  inbox: readonly ToLane[] = [],
): Promise<ProbeLink> {
  const link = new ProbeLink(inbox);
  await runLane(startLane(nJobs, given).start, worker, link);
  return link;
}

/** Keeps the thread busy. */
function burn(milliseconds: number): void {
  for (const start = performance.now(); performance.now() - start < milliseconds; );
}

const posted = { source: { type: 'posted' } } as const;

describe('every place comes to its own outcome', () => {
  type Way =
    | 'returns'
    | 'throws'
    | 'resolves'
    | 'rejects'
    | 'resolves late'
    | 'rejects late'
    | 'cannot cross';

  function does(way: Way, n: number): unknown {
    switch (way) {
      case 'returns':
        return n;
      case 'throws':
        throw n;
      case 'resolves':
        return Promise.resolve(n);
      case 'rejects':
        return Promise.reject(n);
      case 'resolves late':
        return setImmediate(n);
      case 'rejects late':
        return setImmediate().then(() => Promise.reject(n));
      case 'cannot cross':
        return [() => n];
    }
  }

  const ways = fc.array(
    fc.constantFrom<Way>(
      'returns',
      'throws',
      'resolves',
      'rejects',
      'resolves late',
      'rejects late',
      'cannot cross',
    ),
    { maxLength: 40 },
  );

  function expectOutcomes({ outcomes }: ProbeLink, expected: readonly Way[]): void {
    expect(outcomes.size).toBe(expected.length);
    expected.forEach((way, n) => {
      const outcome = outcomes.get(n);
      if (way === 'cannot cross') {
        expect(outcome).toMatchObject({ status: 'rejected', thrown: { code: 'RESULT_NOT_CLONEABLE' } });
      } else if (/^re(turn|sol)/.test(way)) expect(outcome).toEqual({ status: 'fulfilled', output: n });
      else expect(outcome).toEqual({ status: 'rejected', thrown: n });
    });
  }

  test('however jobs of a claimed feed end', async () => {
    await fc.assert(
      fc.asyncProperty(ways, async (expected) => {
        const begun: number[] = [];
        const link = await run(expected.length, (n: number) => {
          begun.push(n);
          return does(expected[n]!, n);
        });
        expectOutcomes(link, expected);
        expect(begun).toEqual(expected.map((_, n) => n));
      }),
      { numRuns: 60 },
    );
  });

  test('however jobs of a posted feed end, and however they come in batches', async () => {
    await fc.assert(
      fc.asyncProperty(
        ways,
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
        async (expected, cuts) => {
          const inputs = expected.map((way, n) => ({ way, n }));
          const inbox: ToLane[] = [];
          for (let at = 0; at < inputs.length; ) {
            const size = cuts[inbox.length % cuts.length]!;
            inbox.push(batch(at, inputs.slice(at, at + size)));
            at += size;
          }
          inbox.push(end);
          const worker = ({ way, n }: { way: Way; n: number }) => does(way, n);
          expectOutcomes(await run(0, worker, posted, inbox), expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  test.each([undefined, null, 0, 'no'])('one that throws %o too', async (thrown) => {
    const { outcomes } = await run(2, () => {
      throw thrown;
    });
    expect([...outcomes.values()]).toEqual([
      { status: 'rejected', thrown },
      { status: 'rejected', thrown },
    ]);
  });

  test('a thenable is awaited, as `await` would', async () => {
    const { outcomes } = await run(1, () => ({
      // biome-ignore lint/suspicious/noThenProperty: that is what this is about
      then: (resolve: (value: string) => void) => resolve('later'),
    }));
    expect(outcomes.get(0)).toEqual({ status: 'fulfilled', output: 'later' });
  });

  test('a result is what it was when the job returned it', async () => {
    const reused = { n: 0, samples: new Float64Array(1) };
    const { outcomes } = await run(50, (n: number) => {
      reused.n = n;
      reused.samples[0] = n;
      return reused;
    });
    for (const [place, outcome] of outcomes) {
      expect(outcome).toEqual({
        status: 'fulfilled',
        output: { n: place, samples: new Float64Array([place]) },
      });
    }
  });
});

test('a lane whose thread is wanted ends between two spans, and has told of all that it did', async () => {
  const link = new ProbeLink();
  const { start, ledger } = startLane(1000);
  await runLane(
    start,
    (n: number) => {
      if (n === 2) link.mustLeave = true;
      return n;
    },
    link,
  );
  expect(link.outcomes.size).toBe(1000 - ledger.unclaimed);
  expect(link.outcomes.size).toBeGreaterThan(2);
  expect(ledger.unclaimed).toBeGreaterThan(0);
});

describe('outcomes are sent', () => {
  test('at once for a job over five milliseconds', async () => {
    const link = new ProbeLink();
    const known: number[] = [];
    await runLane(
      startLane(3).start,
      () => {
        known.push(link.outcomes.size);
        burn(5.5);
      },
      link,
    );
    expect(known).toEqual([0, 1, 2]);
  });

  test('together for short ones, and the last when the lane ends', async () => {
    const { messages, outcomes } = await run(1000, (n: number) => n);
    expect(outcomes.size).toBe(1000);
    expect(messages.length).toBeLessThan(200);
  });

  test('at once for the first failure', async () => {
    const link = new ProbeLink();
    const known: number[] = [];
    await runLane(
      startLane(2).start,
      (n: number) => {
        known.push(link.outcomes.size);
        if (n === 0) throw new Error('first');
      },
      link,
    );
    expect(known).toEqual([0, 1]);
  });

  test('of a batch when it is done', async () => {
    const link = await run(0, () => burn(1), posted, [batch(0, [1, 2, 3]), batch(3, [4, 5]), end]);
    expect(link.messages.map((message) => message.type === 'outcomes' && message.runs)).toEqual([
      [0, 3],
      [3, 2],
    ]);
  });

  test('but not of one that main has taken back', async () => {
    const { start, ledger } = startLane(0, posted);
    const link = new ProbeLink([batch(0, ['mine']), batch(1, ['taken', 'taken']), batch(3, ['mine']), end]);
    const watch = new LaneWatch(ledger, 0);
    await runLane(
      start,
      (input: string) => {
        watch.takeBatch(1);
        return input;
      },
      link,
    );
    expect([...link.outcomes.keys()]).toEqual([0, 3]);
  });

  test('with the time that their jobs took', async () => {
    const { messages } = await run(3, () => burn(2));
    const worked = messages.flatMap((message) => (message.type === 'outcomes' ? [message.worked] : []));
    expect(worked.reduce((sum, { jobs }) => sum + jobs, 0)).toBe(3);
    expect(worked.reduce((sum, { milliseconds }) => sum + milliseconds, 0)).toBeGreaterThanOrEqual(6);
  });

  test('and those written in place are not, if main can see them', async () => {
    const { output, results } = new InPlaceCollector(
      { dtype: 'float64', shape: undefined, array: undefined },
      5,
      Number.NaN,
    );
    const { start, ledger } = startLane(5, { output });
    const link = new ProbeLink();
    await runLane(
      start,
      (n: number) => {
        if (n === 3) throw new Error('three');
        return n / 2;
      },
      link,
    );
    expect(results).toEqual(new Float64Array([0, 0.5, 1, 0, 2]));
    expect(ledger.written).toBe(4);
    expect([...link.outcomes.keys()]).toEqual([3]);
  });

  test('of posted inputs also when written in place', async () => {
    const { output, results } = new InPlaceCollector(
      { dtype: 'int8', shape: undefined, array: undefined },
      2,
      0,
    );
    const link = await run(0, (n: number) => 3 * n, { ...posted, output }, [batch(0, [1, 200]), end]);
    expect(results).toEqual(new Int8Array([3, 0]));
    expect(link.outcomes.get(0)).toEqual({ status: 'fulfilled', output: undefined });
    expect(link.outcomes.get(1)).toMatchObject({ thrown: { code: 'RESULT_DOES_NOT_FIT' } });
  });
});

describe('a lane of posted inputs', () => {
  test('waits for them, and ends when it is told so', async () => {
    const link = new ProbeLink();
    const seen: unknown[] = [];
    const over = runLane(startLane(0, posted).start, (input: unknown) => void seen.push(input), link);
    for (const first of [0, 1, 2]) {
      await setImmediate();
      expect(seen).toHaveLength(first);
      link.deliver(batch(first, [`input ${first}`]));
      await setImmediate();
      expect(seen[first]).toBe(`input ${first}`);
    }
    link.deliver(end);
    await over;
    expect(link.outcomes.size).toBe(3);
  });

  test('keeps no input longer than its job', async () => {
    const inputs = batch(0, [{ a: 1 }, { b: 2 }]) as Extract<ToLane, { type: 'batch' }>;
    await run(0, () => {}, posted, [inputs, end]);
    expect(inputs.inputs.values).toEqual([undefined, undefined]);
  });
});

describe('between two jobs a lane does what main orders', () => {
  test('a pause loses nothing', async () => {
    const { start, watch } = startLane(500);
    const begun: number[] = [];
    await runLane(
      start,
      (n: number) => {
        begun.push(n);
        if (n % 3 === 0) watch.askToPause();
      },
      new ProbeLink(),
    );
    expect(begun).toEqual(Array.from({ length: 500 }, (_, n) => n));
  });

  test('a rest that is taken is not run, until somebody claims it', async () => {
    const { start, ledger, watch } = startLane(2000);
    const begun: number[] = [];
    let nTaken = 0;
    const link = new ProbeLink();
    await runLane(
      start,
      (n: number) => {
        begun.push(n);
        watch.askToPause();
        const rest = watch.takeRest();
        if (rest === undefined) return;
        expect(rest.start).toBe(n + 1);
        nTaken++;
        ledger.giveBack(rest);
      },
      link,
    );
    expect(nTaken).toBeGreaterThan(0);
    expect(begun.sort((a, b) => a - b)).toEqual(Array.from({ length: 2000 }, (_, n) => n));
    expect(link.outcomes.size).toBe(2000);
  });

  test('it stops, and tells what is done', async () => {
    const { start, ledger } = startLane(1000);
    const link = new ProbeLink();
    await runLane(
      start,
      (n: number) => {
        if (n === 77) ledger.stop();
      },
      link,
    );
    expect([...link.outcomes.keys()].at(-1)).toBe(77);
    expect(link.outcomes.size).toBe(78);
  });

  test('called off before it begins, it does nothing', async () => {
    const { start, watch } = startLane(3);
    watch.abandon();
    const link = new ProbeLink();
    await runLane(start, () => expect.fail('a job'), link);
    expect(link.messages).toEqual([]);
  });

  test('main can look at it', async () => {
    const { nTicks } = await run(3, () => burn(1));
    expect(nTicks).toBeGreaterThanOrEqual(3);
  });
});

describe('the event loop turns', () => {
  test('after a job that ends twenty milliseconds past the last turn', async () => {
    const heard: number[] = [];
    const known: number[][] = [];
    await run(3, (n: number) => {
      known.push([...heard]);
      void setImmediate().then(() => heard.push(n));
      burn(25);
    });
    expect(known).toEqual([[], [0], [0, 1]]);
    expect(heard).toEqual([0, 1, 2]);
  });

  test('once more at the end, for what jobs left behind', async () => {
    let isHeard = false;
    await run(1, () => {
      void setImmediate().then(() => {
        isHeard = true;
      });
    });
    expect(isHeard).toBe(true);
  });
});

describe('what jobs say', () => {
  const said = ({ messages }: ProbeLink) =>
    messages.flatMap((message) => (message.type === 'log' ? [message.record] : []));

  test('carries place and worker, also after an await', async () => {
    const link = await run(
      2,
      async (n: number) => {
        log.info(`before ${n}`);
        await setImmediate();
        log.warn(`after ${n}`);
      },
      { logLevel: 'info' },
    );
    expect(said(link)).toEqual([
      { level: 'info', message: 'before 0', place: 0, workerId: 0 },
      { level: 'warn', message: 'after 0', place: 0, workerId: 0 },
      { level: 'info', message: 'before 1', place: 1, workerId: 0 },
      { level: 'warn', message: 'after 1', place: 1, workerId: 0 },
    ]);
  });

  test('is not sent below the level', async () => {
    const link = await run(1, () => log.info('hidden'), { logLevel: 'warn' });
    expect(said(link)).toEqual([]);
  });

  test('has no place when no job is running', async () => {
    const link = await run(1, () => void setImmediate().then(() => log.error('late')));
    expect(said(link)).toEqual([{ level: 'error', message: 'late', workerId: 0 }]);
  });

  test('goes where it went before, once the lane is over', async () => {
    const outer = { logLevel: 'debug', write: () => {} } as const;
    setLogSink(outer);
    try {
      await run(2, (n: number) => {
        if (n === 1) throw new Error('x');
      });
      expect(getLogSink()).toBe(outer);
    } finally {
      setLogSink(undefined);
    }
  });
});
