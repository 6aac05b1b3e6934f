import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { JobRunner } from 'parajob';
import { describe, expect, test } from 'vitest';
import { collect } from '../helpers/collect.ts';
import { failureOf } from '../helpers/failure-of.ts';
import { whereJobsRun, whereThreadsRun } from '../helpers/where-jobs-run.ts';

const hatesThrees = (input: number | { n: number }) => {
  const n = typeof input === 'number' ? input : input.n;
  if (n % 3 === 0) throw new RangeError(`no threes: ${n}`);
  return 2 * n;
};

const countUp = (counter: Int32Array) => Atomics.add(counter, 0, 1);

describe.each(whereJobsRun)('%s, a stream', (_, options) => {
  test('gives each outcome with its place and the very input that the caller gave', async () => {
    const inputs = Array.from({ length: 20 }, (_, n) => ({ n }));
    const outcomes = await collect(new JobRunner(hatesThrees, options).stream(inputs));
    outcomes.sort((a, b) => a.place - b.place);
    outcomes.forEach((outcome, place) => {
      expect(outcome.place).toBe(place);
      expect(outcome.input).toBe(inputs[place]);
      if (outcome.status === 'fulfilled') expect(outcome.output).toBe(2 * place);
      else
        expect(outcome.error).toMatchObject({ message: `job ${place} failed: no threes: ${place}`, place });
    });
    expect(outcomes.map(({ status }) => status === 'rejected')).toEqual(inputs.map(({ n }) => n % 3 === 0));
  });

  test('runs without inputs, and with none', async () => {
    const runner = new JobRunner(hatesThrees, options);
    const places = (await collect(runner.stream({ nJobs: 1000 }))).map(({ place }) => place);
    expect(places.sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, place) => place));
    expect(await collect(runner.stream({ nJobs: 0 }))).toEqual([]);
    expect(await collect(runner.stream([]))).toEqual([]);
  });

  test('gives an outcome before the next input is there', async () => {
    let ask: (n: number) => void = () => {};
    async function* inputs() {
      for (;;) {
        const n = await new Promise<number>((resolve) => {
          ask = resolve;
        });
        if (n < 0) return;
        yield { n };
      }
    }
    const stream = new JobRunner(({ n }: { n: number }) => n, options).stream(inputs());
    for (let n = 0; n < 5; n++) {
      const next = stream.next();
      await new Promise(setImmediate);
      ask(n);
      expect((await next).value).toMatchObject({ place: n, output: n });
    }
    const end = stream.next();
    await new Promise(setImmediate);
    ask(-1);
    expect(await end).toEqual({ done: true, value: undefined });
  });

  test('takes streams of Node and of the web, and tells them when it is left', async () => {
    const endless = function* () {
      for (let n = 0; ; n++) yield n;
    };
    const readable = Readable.from(endless());
    let isTold = false;
    const web = new ReadableStream<number>({
      pull: (controller) => controller.enqueue(7),
      cancel: () => {
        isTold = true;
      },
    });
    for (const inputs of [readable, web]) {
      const seen: unknown[] = [];
      for await (const outcome of new JobRunner((n: number) => n, options).stream(inputs)) {
        seen.push(outcome);
        if (seen.length === 20) break;
      }
      expect(seen).toHaveLength(20);
    }
    expect([readable.destroyed, isTold]).toEqual([true, true]);
  });

  test('starts nothing before it is asked for the first outcome', async () => {
    const counter = new Int32Array(new SharedArrayBuffer(4));
    const stream = new JobRunner(countUp, options).stream([counter]);
    await new Promise(setImmediate);
    expect(counter[0]).toBe(0);
    await collect(stream);
    expect(counter[0]).toBe(1);
  });

  test('reads inputs, and runs jobs, only a little ahead of its reader', async () => {
    const counter = new Int32Array(new SharedArrayBuffer(4));
    let nRead = 0;
    function* inputs() {
      for (; nRead < 20_000; nRead++) yield counter;
    }
    let nSeen = 0;
    for await (const outcome of new JobRunner(countUp, options).stream(inputs())) {
      expect(outcome.status).toBe('fulfilled');
      nSeen++;
      if (nSeen > 2000) continue;
      expect(nRead - nSeen).toBeLessThan(1000);
      expect(counter[0]! - nSeen).toBeLessThan(1000);
      if (nSeen % 100 === 0) await new Promise(setImmediate);
    }
    expect(nSeen).toBe(20_000);
  });

  test.each([
    'return',
    'throw',
  ] as const)('that is left by `%s` while its next outcome is awaited ends', async (way) => {
    const runner = new JobRunner(() => new Promise<never>(() => {}), options);
    const stream = runner.stream({ nJobs: 5 });
    const next = stream.next();
    await new Promise(setImmediate);
    const left = way === 'return' ? stream.return() : failureOf(stream.throw(new Error('enough')));
    expect(await next).toEqual({ done: true, value: undefined });
    await left;
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    await runner.close();
  });

  test('is over for its jobs and its inputs when the loop is left', async () => {
    const counter = new Int32Array(new SharedArrayBuffer(4));
    let isTold = false;
    function* inputs() {
      try {
        for (;;) yield counter;
      } finally {
        isTold = true;
      }
    }
    const runner = new JobRunner(countUp, options);
    for await (const { place } of runner.stream(inputs())) if (place >= 0) break;
    expect(isTold).toBe(true);
    const ran = counter[0];
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
    expect(counter[0]).toBe(ran);
    expect(await runner.runJobs([counter])).toEqual([ran]);
  });

  test('and so when the loop throws', async () => {
    const loop = async () => {
      for await (const { place } of new JobRunner(hatesThrees, options).stream({ nJobs: 100_000 })) {
        throw new Error(`out of the loop at ${place >= 0}`);
      }
    };
    await expect(loop()).rejects.toThrow('out of the loop at true');
  });

  test('throws what stops it, after all outcomes that came before', async () => {
    function* inputs() {
      yield 1;
      yield { n: 2 };
      throw new Error('no more');
    }
    const outcomes: unknown[] = [];
    const loop = async () => {
      for await (const outcome of new JobRunner(hatesThrees, options).stream(inputs()))
        outcomes.push(outcome);
    };
    const failure = await failureOf(loop());
    expect(failure).toMatchObject({ code: 'INPUTS_FAILED', cause: new Error('no more') });
    expect(outcomes.length).toBeLessThanOrEqual(2);
  });

  test('tells of bad options with its first outcome', async () => {
    const stream = new JobRunner(hatesThrees, options).stream('abc' as never);
    expect(await failureOf(stream.next())).toMatchObject({ code: 'INVALID_INPUTS' });
    const other = new JobRunner(hatesThrees, options).stream([1], { outputDtype: 'float64' } as object);
    expect(await failureOf(other.next())).toMatchObject({ code: 'INVALID_OPTION' });
  });
});

describe.each(whereThreadsRun)('%s, a stream', (_, options) => {
  test('has dead workers among its outcomes', async () => {
    const runner = new JobRunner((n: number) => (n === 2 ? process.exit(3) : n), options);
    const outcomes = await collect(runner.stream([0, 1, 2, 3, 4]));
    expect(outcomes.map(({ place }) => place).sort()).toEqual([0, 1, 2, 3, 4]);
    const [dead] = outcomes.filter(({ status }) => status === 'rejected');
    expect(dead).toMatchObject({ place: 2, error: { code: 'WORKER_DIED', exitCode: 3 } });
  });
});
