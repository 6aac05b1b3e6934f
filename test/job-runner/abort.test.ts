import { getEventListeners } from 'node:events';
import { JobRunner } from 'parajob';
import { describe, expect, test } from 'vitest';
import { failureOf } from '../helpers/failure-of.ts';
import { whereJobsRun, whereThreadsRun } from '../helpers/where-jobs-run.ts';

const countUp = (counter: Int32Array) => {
  Atomics.add(counter, 0, 1);
  Atomics.notify(counter, 0);
};

const newCounter = () => new Int32Array(new SharedArrayBuffer(4));

/** Resolves once a job has begun. */
async function begun(counter: Int32Array): Promise<void> {
  while (Atomics.load(counter, 0) === 0) await new Promise(setImmediate);
}

describe.each(whereJobsRun)('%s, a run whose signal', (_, options) => {
  test('is aborted already rejects with its reason, and runs nothing', async () => {
    const counter = newCounter();
    let nRead = 0;
    function* inputs() {
      for (; nRead < 10; nRead++) yield counter;
    }
    const reason = new Error('never mind');
    const run = new JobRunner(countUp, options).runJobs(inputs(), { signal: AbortSignal.abort(reason) });
    expect(await failureOf(run)).toBe(reason);
    expect([nRead, counter[0]]).toEqual([0, 0]);
  });

  test('is aborted while it goes on rejects with its reason, and starts nothing more', async () => {
    const counter = newCounter();
    const controller = new AbortController();
    async function* inputs() {
      for (;;) {
        await new Promise(setImmediate);
        yield counter;
      }
    }
    const run = failureOf(new JobRunner(countUp, options).runJobs(inputs(), { signal: controller.signal }));
    await begun(counter);
    const reason = new Error('enough');
    controller.abort(reason);
    expect(await run).toBe(reason);
    const ran = counter[0];
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
    expect(counter[0]).toBe(ran);
  });

  test('may be that of many runs: it has one listener, and none when they are over', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const runner = new JobRunner(countUp, options);
    const counter = newCounter();
    const first = runner.runJobs([counter], { signal });
    const endless = (async function* () {
      yield counter;
      await new Promise(() => {});
    })();
    const runs = Array.from({ length: 12 }, () => failureOf(runner.runJobs(endless, { signal })));
    await first;
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    const reason = new Error('all of you');
    controller.abort(reason);
    expect(await Promise.all(runs)).toEqual(Array.from(runs, () => reason));
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  test('is aborted without a reason rejects with an AbortError', async () => {
    const controller = new AbortController();
    const run = new JobRunner(countUp, options).runJobs(
      (async function* () {
        controller.abort();
        yield newCounter();
      })(),
      { signal: controller.signal },
    );
    expect(await failureOf(run)).toMatchObject({ name: 'AbortError' });
  });

  test('is aborted while its inputs keep it waiting rejects, and the inputs are told', async () => {
    const controller = new AbortController();
    let isTold = false;
    const inputs: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next() {
          setImmediate(() => controller.abort());
          return new Promise(() => {});
        },
        async return() {
          isTold = true;
          return { done: true, value: undefined };
        },
      }),
    };
    const run = new JobRunner((n: number) => n, options).runJobs(inputs, { signal: controller.signal });
    expect(await failureOf(run)).toMatchObject({ name: 'AbortError' });
    expect(isTold).toBe(true);
  });

  test('is aborted while a job awaits what never comes rejects', async () => {
    const counter = newCounter();
    const controller = new AbortController();
    const runner = new JobRunner((count: Int32Array) => {
      Atomics.add(count, 0, 1);
      return new Promise<void>(() => {});
    }, options);
    const run = failureOf(runner.runJobs([counter, counter, counter], { signal: controller.signal }));
    await begun(counter);
    controller.abort();
    expect(await run).toMatchObject({ name: 'AbortError' });
  });

  test('is aborted after its end keeps its results, and leaves no listener', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const runner = new JobRunner((n: number) => n, options);
    const results = await runner.runJobs([1, 2], { signal });
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    controller.abort();
    expect(results).toEqual([1, 2]);
    expect(await runner.runJobs([3])).toEqual([3]);
  });

  test('is aborted in the middle of a stream ends it with the reason', async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const loop = async () => {
      const stream = new JobRunner((n: number) => n, options).stream({
        nJobs: 100_000,
        signal: controller.signal,
      });
      for await (const { place } of stream) {
        seen.push(place);
        if (seen.length === 10) controller.abort(new Error('enough'));
      }
    };
    expect(await failureOf(loop())).toMatchObject({ message: 'enough' });
    expect(seen.length).toBeLessThan(10_000);
  });
});

describe.each(
  whereThreadsRun,
)('%s, a run that is stopped ends jobs that do not end by themselves', (_, options) => {
  const spin = (counter: Int32Array): void => {
    Atomics.add(counter, 0, 1);
    for (;;);
  };

  test('when it is aborted', async () => {
    const counter = newCounter();
    const controller = new AbortController();
    const runner = new JobRunner(spin, options);
    const run = failureOf(runner.runJobs([counter, counter], { signal: controller.signal }));
    await begun(counter);
    controller.abort();
    expect(await run).toMatchObject({ name: 'AbortError' });
    expect(await new JobRunner((n: number) => n, options).runJobs([1, 2, 3])).toEqual([1, 2, 3]);
  });
});

test('a run that fails in one thread ends a job that does not end in the other', async () => {
  const runner = new JobRunner(
    ({ counter, n }: { counter: Int32Array; n: number }) => {
      if (n === 0) for (;;) Atomics.store(counter, 0, 1);
      while (Atomics.load(counter, 0) === 0);
      throw new Error('in the other');
    },
    { nWorkers: 2 },
  );
  const counter = newCounter();
  const failure = await failureOf(runner.runJobs([0, 1].map((n) => ({ counter, n }))));
  expect(failure).toMatchObject({ place: 1, cause: { message: 'in the other' } });
});
