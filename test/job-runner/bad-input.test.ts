import { Socket } from 'node:net';
import { JobRunner, partial } from 'parajob';
import { describe, expect, test } from 'vitest';
import { collect } from '../helpers/collect.ts';
import { failureOf, jobErrorOf } from '../helpers/failure-of.ts';
import { whereJobsRun } from '../helpers/where-jobs-run.ts';

const silently = { logLevel: 'silent' } as const;
const same = (input: unknown) => input;

describe('a runner refuses, as soon as it is made,', () => {
  test.each([
    [{ nWorkers: 0 }, '`nWorkers` is 0'],
    [{ nWorkers: -1 }, '`nWorkers` is -1'],
    [{ nWorkers: 1.5 }, '`nWorkers` is 1.5'],
    [{ nWorkers: 'x' }, "`nWorkers` is 'x'"],
    [{ nWorkers: Number.NaN }, '`nWorkers` is NaN'],
    [{ nworkers: 2 }, 'did you mean `nWorkers`?'],
    [{ timeout: 1 }, 'unknown option `timeout`'],
    [[1, 2], 'the options of JobRunner are an object'],
  ])('%o', (options, message) => {
    const Runner = JobRunner as unknown as new (worker: unknown, options: unknown) => unknown;
    expect(() => new Runner(same, options)).toThrow(
      expect.objectContaining({
        name: 'JobRunnerError',
        code: 'INVALID_OPTION',
        message: expect.stringContaining(message),
      }),
    );
  });
});

describe.each(whereJobsRun)('%s, a run rejects for', (_, options) => {
  const runner = new JobRunner(same, options);
  const calls = runner as unknown as Record<'runJobs' | 'stream', (...args: readonly unknown[]) => never>;

  test.each([
    ['nothing', [], 'INVALID_INPUTS'],
    ['neither inputs nor nJobs', [{ logLevel: 'info' }], 'INVALID_INPUTS'],
    ['both', [[1], { nJobs: 1 }], 'INVALID_OPTION'],
    ['a negative nJobs', [{ nJobs: -1 }], 'INVALID_OPTION'],
    ['a fractional nJobs', [{ nJobs: 1.5 }], 'INVALID_OPTION'],
    ['an nJobs of NaN', [{ nJobs: Number.NaN }], 'INVALID_OPTION'],
    ['an nJobs of 2^31', [{ nJobs: 2 ** 31 }], 'INVALID_OPTION'],
    ['a string as inputs', ['abc'], 'INVALID_INPUTS'],
    ['a number as inputs', [5], 'INVALID_INPUTS'],
    ['a function as inputs', [() => [1]], 'INVALID_INPUTS'],
    ['an unknown option', [[1], { outputDType: 'float64' }], 'INVALID_OPTION'],
    ['an option of another type', [[1], { spread: 1 }], 'INVALID_OPTION'],
  ])('%s, and the runner is as good as before', async (_, args, code) => {
    expect(await failureOf(calls.runJobs(...args))).toMatchObject({ name: 'JobRunnerError', code });
    expect(await failureOf(collect(calls.stream(...args)))).toMatchObject({ name: 'JobRunnerError', code });
    expect(await runner.runJobs([1, 2])).toEqual([1, 2]);
  });

  test.each([
    ['a dtype that there is not', { outputDtype: 'float63' }],
    ['a shape without a dtype', { outputShape: [1] }],
    ['a shape for another number of jobs', { outputDtype: 'int8', outputShape: [2, 2] }],
    ['failures both returned and raised', { returnExceptions: true, reraiseExceptions: true }],
    ['NaN where the dtype has none', { outputDtype: 'int8', returnExceptions: true }],
    ['an errorValue that does not fit', { outputDtype: 'uint8', reraiseExceptions: false, errorValue: 256 }],
  ])('%s', async (_, options) => {
    expect(await failureOf(calls.runJobs([1], options))).toMatchObject({ code: 'INVALID_OPTION' });
  });

  test('nothing that an empty list of inputs has', async () => {
    expect(await runner.runJobs([])).toEqual([]);
    expect(await runner.runJobs([].values())).toEqual([]);
    expect(await runner.runJobs({ nJobs: 0 })).toEqual([]);
  });
});

describe.each(whereJobsRun)('%s, an input that cannot cross', (_, options) => {
  const runner = new JobRunner(same, options);
  const inTheWay = [
    ['a function', { on: { done: [() => {}] } }, 'input.on.done[0] is a function'],
    ['a function with a name', { 'on done': same }, 'input["on done"] is the function same'],
    ['a symbol', [Symbol('x')], 'input[0] is a symbol'],
    ['a promise', { later: Promise.resolve() }, 'input.later is an instance of Promise'],
    ['a socket', { socket: new Socket() }, 'input.socket is an instance of Socket'],
    ['a weak map', new Map([['cache', new WeakMap()]]), 'is an instance of WeakMap'],
  ] as const;

  test.each(inTheWay)('%s: fails its job, with the path', async (_, input, message) => {
    const error = await jobErrorOf(runner.runJobs([1, 'two', input]));
    expect(error).toMatchObject({ place: 2, code: 'INPUT_NOT_CLONEABLE' });
    expect(error.input).toBe(input);
    expect(error.message).toContain(message);
    expect(error.message).toContain('job 2 failed');
  });

  test('leaves the others alone if failures are captured', async () => {
    const inputs = Array.from({ length: 100 }, (_, n) => (n % 7 === 3 ? { n, no: () => {} } : { n }));
    const [results, exceptions] = await runner.runJobs(inputs, { ...silently, returnExceptions: true });
    expect(results).toEqual(inputs.map((input, n) => (n % 7 === 3 ? Number.NaN : input)));
    expect(exceptions.map(({ place }) => place)).toEqual(inputs.flatMap((_, n) => (n % 7 === 3 ? [n] : [])));
    expect(exceptions.every(({ input, place }) => input === inputs[place])).toBe(true);
  });

  test('may be every one of them', async () => {
    const [results, exceptions] = await runner.runJobs([same, same, same], {
      ...silently,
      returnExceptions: true,
    });
    expect(results).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(exceptions.map(({ place }) => place)).toEqual([0, 1, 2]);
  });

  test('may be one with a getter that throws', async () => {
    const input = Object.defineProperty({}, 'rows', {
      enumerable: true,
      get() {
        throw new RangeError('no rows');
      },
    });
    const error = await jobErrorOf(runner.runJobs([{}, input]));
    expect(error).toMatchObject({ place: 1, code: 'INPUT_NOT_CLONEABLE' });
    expect(error.message).toContain('no rows');
    expect(error.input).toBe(input);
  });

  test('may be an argument that is bound', async () => {
    const bound = new JobRunner(
      partial(same as (n: number, f: unknown) => unknown, () => {}),
      options,
    );
    expect(await failureOf(bound.runJobs([1]))).toMatchObject({
      name: 'JobRunnerError',
      code: 'INPUT_NOT_CLONEABLE',
      message: expect.stringContaining('[0] is a function'),
    });
  });
});

describe.each(whereJobsRun)('%s, a result that cannot cross', (_, options) => {
  const runner = new JobRunner((n: number) => {
    if (n === 1) return { rows: [{ get: () => n }] };
    if (n === 2) return new WeakMap();
    if (n === 5) return Object.defineProperty({}, 'rows', { enumerable: true, get: () => n.toFixed(-1) });
    return n === 3 ? Promise.resolve(Symbol('three')) : n;
  }, options);

  test('fails its job, with the path', async () => {
    const error = await jobErrorOf(runner.runJobs([0, 1]));
    expect(error).toMatchObject({ place: 1, input: 1, code: 'RESULT_NOT_CLONEABLE' });
    expect(error.message).toContain('result.rows[0].get is the function get');
  });

  test('may be one with a getter that throws', async () => {
    const error = await jobErrorOf(runner.runJobs([5]));
    expect(error.cause).toBeInstanceOf(RangeError);
  });

  test.each<[string, () => unknown[]]>([
    ['an element that throws', () => Object.defineProperty([1, 2], '0', { get: () => JSON.parse('') })],
    ['a Proxy that throws', () => new Proxy([{}, 2], { get: () => JSON.parse('') })],
  ])('an array that fails while it is read: %s', async (_what, inputs) => {
    for (const run of [
      new JobRunner((x: unknown) => x, options).runJobs(inputs()),
      collect(new JobRunner((x: unknown) => x, options).stream(inputs())),
    ]) {
      expect(await failureOf(run)).toMatchObject({ name: 'JobRunnerError', code: 'INPUTS_FAILED' });
    }
  });

  test('leaves the others alone if failures are captured', async () => {
    const [results, exceptions] = await runner.runJobs({ ...silently, nJobs: 5, returnExceptions: true });
    expect(results).toEqual([0, Number.NaN, Number.NaN, Number.NaN, 4]);
    expect(exceptions.map(({ place, code }) => [place, code])).toEqual([
      [1, 'RESULT_NOT_CLONEABLE'],
      [2, 'RESULT_NOT_CLONEABLE'],
      [3, 'RESULT_NOT_CLONEABLE'],
    ]);
  });
});

describe.each(whereJobsRun)('%s, inputs that cannot be read on', (_, options) => {
  const runner = new JobRunner(same, options);
  const broken = new RangeError('the file is cut short');

  const sources: readonly [string, () => Iterable<unknown> | AsyncIterable<unknown>][] = [
    [
      'a generator',
      function* () {
        for (let n = 0; n < 100; n++) yield { n };
        throw broken;
      },
    ],
    [
      'an async generator',
      async function* () {
        for (let n = 0; n < 100; n++) yield n;
        await null;
        throw broken;
      },
    ],
    [
      'an iterator that is not there',
      () => ({
        [Symbol.iterator]: () => {
          throw broken;
        },
      }),
    ],
    [
      'an iterator that throws at once',
      () => ({
        [Symbol.iterator]: () => ({
          next: () => {
            throw broken;
          },
        }),
      }),
    ],
    [
      'an async iterator that throws instead of rejecting',
      () => ({
        [Symbol.asyncIterator]: () => ({
          next: () => {
            throw broken;
          },
        }),
      }),
    ],
  ];

  test.each(sources)('%s: reject the run with what was thrown', async (_, inputs) => {
    const modes = [{}, { returnExceptions: true }, { outputDtype: 'float64' }] as const;
    for (const mode of modes) {
      const failure = (await failureOf(runner.runJobs(inputs(), { ...silently, ...mode }))) as Error;
      expect(failure).toMatchObject({ name: 'JobRunnerError', code: 'INPUTS_FAILED' });
      expect(failure.message).toContain('the file is cut short');
      expect(failure.cause).toBe(broken);
    }
    expect(await failureOf(collect(runner.stream(inputs())))).toMatchObject({ code: 'INPUTS_FAILED' });
    expect(await runner.runJobs([1, 2])).toEqual([1, 2]);
  });

  test('a typed array without its memory rejects the run', async () => {
    const inputs = Float64Array.of(1, 2);
    structuredClone(inputs, { transfer: [inputs.buffer] });
    expect(await failureOf(runner.runJobs(inputs as never))).toMatchObject({ code: 'INPUTS_FAILED' });
  });

  test('an array that is cut while its jobs run rejects the run', async () => {
    const inputs = Array.from({ length: 5000 }, (_, n) => ({ n }));
    const run = runner.runJobs(inputs);
    inputs.length = 20;
    const failure = await failureOf(run);
    expect(failure).toMatchObject({ code: 'INPUTS_FAILED' });
    expect((failure as Error).message).toContain('there were 5000 of them at first, and 20 in the end');
  });

  test.each([
    ['an iterator without next', { [Symbol.iterator]: () => ({}) }],
    ['an iterator that gives nothing', { [Symbol.iterator]: () => ({ next: () => undefined }) }],
    ['an async iterator that gives nothing', { [Symbol.asyncIterator]: () => ({ next: async () => 1 }) }],
  ])('%s: reject the run too', async (_, inputs) => {
    const run = runner.runJobs(inputs as unknown as Iterable<unknown> & object);
    expect(await failureOf(run)).toMatchObject({ code: 'INPUTS_FAILED' });
  });

  test('an iterator is told when the run ends before it does', async () => {
    let isTold = false;
    function* inputs() {
      try {
        for (;;) yield { n: 1 };
      } finally {
        isTold = true;
      }
    }
    const failing = new JobRunner((_: { n: number }) => Promise.reject(new Error('no')), options);
    expect(await failureOf(failing.runJobs(inputs()))).toMatchObject({ cause: new Error('no') });
    expect(isTold).toBe(true);
  });
});
