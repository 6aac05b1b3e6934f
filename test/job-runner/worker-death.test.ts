import { threadId, type Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { JobRunner, partial, WorkerDiedError } from 'parajob';
import { describe, expect, test } from 'vitest';
import { failureOf } from '../helpers/failure-of.ts';
import { onStderr } from '../helpers/on-stderr.ts';
import { whereThreadsRun } from '../helpers/where-jobs-run.ts';

const silently = { logLevel: 'silent' } as const;

/** By both ways to a job. */
const feeds = [
  ['numbers', (n: number) => n],
  ['objects', (n: number) => ({ n })],
] as const;

function exitAt(input: number | { n: number }, places: readonly number[]): number {
  const n = typeof input === 'number' ? input : input.n;
  if (places.includes(n)) process.exit(40 + n);
  return 2 * n;
}

describe.each(whereThreadsRun)('%s, a job that ends its thread', (_, options) => {
  describe.each(feeds)('with %s as inputs', (_, inputOf) => {
    const inputs = Array.from({ length: 100 }, (_, n) => inputOf(n));

    test('rejects the run, and is to blame', async () => {
      const failure = await failureOf(new JobRunner(partial(exitAt, [8]), options).runJobs(inputs));
      expect(failure).toBeInstanceOf(WorkerDiedError);
      expect(failure).toMatchObject({
        name: 'WorkerDiedError',
        code: 'WORKER_DIED',
        place: 8,
        exitCode: 48,
        outOfMemory: false,
      });
      expect((failure as WorkerDiedError).input).toBe(inputs[8]);
      expect((failure as WorkerDiedError).message).toContain('exited with code 48');
    });

    test.each([
      ['in one array', {}],
      ['in place', { outputDtype: 'float64' }],
    ] as const)('takes no other with it if failures are captured, results %s', async (_, output) => {
      const dying = [0, 50, 99];
      const runner = new JobRunner(partial(exitAt, dying), options);
      const [results, exceptions] = await runner.runJobs(inputs, {
        ...silently,
        ...output,
        returnExceptions: true,
      });
      expect([...results]).toEqual(inputs.map((_, n) => (dying.includes(n) ? Number.NaN : 2 * n)));
      expect(exceptions.map(({ place, code }) => [place, code])).toEqual(
        dying.map((n) => [n, 'WORKER_DIED']),
      );
      expect(exceptions.map(({ input }) => input)).toEqual(dying.map((n) => inputs[n]));
    });
  });

  test('is told with its place, its input, its try, and how the thread ended', async () => {
    const failure = (await failureOf(
      new JobRunner(partial(exitAt, [8]), options).runJobs([{ n: 7 }, { n: 8 }], { retries: 1 }),
    )) as WorkerDiedError;
    expect(failure.message).toMatch(
      /^job 1 failed: worker \d exited with code 48; its input was \{ n: 8 \}$/,
    );
    expect(failure).toMatchObject({
      place: 1,
      input: { n: 8 },
      attempt: 2,
      exitCode: 48,
      outOfMemory: false,
    });
  });

  test('may be ended from outside', async () => {
    const gate = new Int32Array(new SharedArrayBuffer(4));
    const workers: Worker[] = [];
    const watch = (worker: Worker) => workers.push(worker);
    process.on('worker', watch);
    // Threads of its own: new ones.
    await using runner = new JobRunner(
      ({ n, gate }: { n: number; gate: Int32Array }) => {
        if (n === 1 && Atomics.compareExchange(gate, 0, 0, threadId) === 0) for (;;);
        return n;
      },
      { ...options, env: {} },
    );
    const inputs = [0, 1, 2].map((n) => ({ n, gate }));
    const run = runner.runJobs(inputs, { retries: 1 });
    while (Atomics.load(gate, 0) === 0) await new Promise(setImmediate);
    process.off('worker', watch);
    await workers.find((worker) => worker.threadId === Atomics.load(gate, 0))?.terminate();
    expect(await run).toEqual([0, 1, 2]);
  });

  test('cannot abort the process: Node refuses that in a thread', async () => {
    const failure = await failureOf(new JobRunner(() => process.abort(), options).runJobs({ nJobs: 1 }));
    expect(failure).toMatchObject({
      code: 'JOB_FAILED',
      cause: { code: 'ERR_WORKER_UNSUPPORTED_OPERATION' },
    });
  });

  test('may be every one of them', async () => {
    const runner = new JobRunner(partial(exitAt, [0, 1, 2, 3]), options);
    const [results, exceptions] = await runner.runJobs({ ...silently, nJobs: 4, returnExceptions: true });
    expect(results).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
    expect(exceptions).toMatchObject([
      { exitCode: 40 },
      { exitCode: 41 },
      { exitCode: 42 },
      { exitCode: 43 },
    ]);
  });

  test('leaves the runner as good as before', async () => {
    const runner = new JobRunner(partial(exitAt, [1]), options);
    await failureOf(runner.runJobs([1]));
    expect(await runner.runJobs([2, 3])).toEqual([4, 6]);
  });

  test('may do so after an await', async () => {
    const exitLater = async (n: number) => {
      await new Promise(setImmediate);
      if (n === 3) process.exit();
      return n;
    };
    const [results, exceptions] = await new JobRunner(exitLater, options).runJobs({
      ...silently,
      nJobs: 10,
      returnExceptions: true,
    });
    expect(results).toEqual([0, 1, 2, Number.NaN, 4, 5, 6, 7, 8, 9]);
    expect(exceptions).toMatchObject([{ place: 3, exitCode: 0 }]);
  });

  test('by an exception outside of its own call, which is the cause', async () => {
    const throwAside = (n: number) => {
      setImmediate(() => {
        throw new RangeError(`aside ${n}`);
      });
      return new Promise(() => {});
    };
    const failure = (await failureOf(new JobRunner(throwAside, options).runJobs([7]))) as WorkerDiedError;
    expect(failure).toMatchObject({ code: 'WORKER_DIED', place: 0, input: 7, exitCode: undefined });
    expect(failure.message).toContain('aside 7');
    expect(failure.cause).toMatchObject({ message: 'aside 7' });
  });

  test('by a rejection that nobody handles', async () => {
    const rejectAside = () => {
      void Promise.reject(new RangeError('floating'));
      return new Promise(() => {});
    };
    const failure = await failureOf(new JobRunner(rejectAside, options).runJobs({ nJobs: 1 }));
    expect(failure).toMatchObject({ code: 'WORKER_DIED', place: 0, cause: { message: 'floating' } });
  });

  test('by using up its memory', async () => {
    const runner = new JobRunner(
      (n: number) => {
        if (n !== 1) return n;
        const hoard: number[][] = [];
        for (;;) hoard.push(new Array<number>(10_000).fill(hoard.length));
      },
      { ...options, resourceLimits: { maxOldGenerationSizeMb: 16 } },
    );
    const [results, exceptions] = await runner.runJobs([0, 1, 2], { ...silently, returnExceptions: true });
    expect(results).toEqual([0, Number.NaN, 2]);
    expect(exceptions).toMatchObject([{ place: 1, code: 'WORKER_DIED', outOfMemory: true }]);
    expect(exceptions[0]?.message).toContain('ran out of memory');
    await runner.close();
  });
});

describe.each(
  whereThreadsRun,
)('%s, what a job leaves behind and ends its thread when no job is running', (_, options) => {
  const strayAfter = (n: number) => {
    if (n === 0) {
      setImmediate(() => {
        throw new RangeError('astray');
      });
    }
    return n;
  };

  test('rejects the run, naming those who may have left it', async () => {
    const failure = await failureOf(new JobRunner(strayAfter, options).runJobs([0]));
    expect(failure).toMatchObject({
      code: 'WORKER_DIED',
      place: -1,
      candidates: [0],
      cause: { message: 'astray' },
    });
  });

  test.each([
    ['inputs', Array.from({ length: 10 }, (_, n) => ({ n }))],
    ['places', undefined],
  ])('names the culprit among them, whatever it has told of by then: %s', async (_what, inputs) => {
    const guilty = 2;
    const stray = (input: { n: number } | number) => {
      const n = typeof input === 'number' ? input : input.n;
      if (n === guilty) void Promise.reject(new Error('floating'));
      return n;
    };
    const runner = new JobRunner(stray, options);
    for (let round = 0; round < 10; round++) {
      const run = inputs === undefined ? runner.runJobs({ nJobs: 10 }) : runner.runJobs(inputs);
      const failure = (await failureOf(run)) as WorkerDiedError;
      expect(failure).toMatchObject({ code: 'WORKER_DIED', place: -1 });
      expect(failure.candidates).toContain(guilty);
    }
  });

  test('is told of as that, not as what a dying thread makes of its messages', async () => {
    const job = ({ n }: { n: number }) => {
      if (n === 2) {
        queueMicrotask(() => {
          throw new RangeError('micro');
        });
      }
      return n;
    };
    const runner = new JobRunner(job, options);
    const inputs = Array.from({ length: 10 }, (_, n) => ({ n }));
    for (let round = 0; round < 10; round++) {
      expect(await failureOf(runner.runJobs(inputs))).toMatchObject({ code: 'WORKER_DIED' });
    }
  });

  test('fails no place if failures are captured, and is in the log', async () => {
    let outcome: unknown;
    const text = await onStderr(async () => {
      outcome = await new JobRunner(strayAfter, options).runJobs([0, 1, 2], { returnExceptions: true });
    });
    expect(outcome).toEqual([[0, 1, 2], []]);
    expect(text).toContain('astray');
  });
});

test('whichever jobs end their threads, all others have their results', async () => {
  const cases = fc.record({
    nJobs: fc.integer({ min: 1, max: 60 }),
    dying: fc.uniqueArray(fc.nat(59), { maxLength: 3 }),
    feed: fc.constantFrom(...feeds),
    nWorkers: fc.constantFrom(2, 3),
    inPlace: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ nJobs, dying, feed: [, inputOf], nWorkers, inPlace }) => {
      const runner = new JobRunner(partial(exitAt, dying), { nWorkers });
      const inputs = Array.from({ length: nJobs }, (_, n) => inputOf(n));
      const output = inPlace ? ({ outputDtype: 'float64' } as const) : {};
      const [results, exceptions] = await runner.runJobs(inputs, {
        ...silently,
        ...output,
        returnExceptions: true,
      });
      expect([...results]).toEqual(inputs.map((_, n) => (dying.includes(n) ? Number.NaN : 2 * n)));
      const places = dying.filter((n) => n < nJobs).sort((a, b) => a - b);
      expect(exceptions.map(({ place }) => place)).toEqual(places);
    }),
    { numRuns: 15 },
  );
});
