import { type JobError, JobRunner, type Outcome, type RunOptions, type SharedArray } from 'parajob';
import { describe, expectTypeOf, test } from 'vitest';

declare const names: string[];
declare const array: SharedArray<'float32'>;
const runner = new JobRunner((name: string) => name.length > 3);
const lengths = new JobRunner((name: string) => name.length);

describe('results are the outputs', () => {
  test('promises awaited', () => {
    expectTypeOf(runner.runJobs(names)).toEqualTypeOf<Promise<boolean[]>>();
    const slow = new JobRunner(async (name: string) => ({ name }));
    expectTypeOf(slow.runJobs(names)).toEqualTypeOf<Promise<{ name: string }[]>>();
    const silent = new JobRunner((name: string): void => void name);
    expectTypeOf(silent.runJobs(names)).toEqualTypeOf<Promise<Array<void>>>();
  });

  test('whatever the options that do not change them', () => {
    const options = { progress: false, logLevel: 'info', reraiseExceptions: true } as const;
    expectTypeOf(runner.runJobs(names, options)).resolves.toEqualTypeOf<boolean[]>();
    expectTypeOf(runner.runJobs(names, { returnExceptions: false })).resolves.toEqualTypeOf<boolean[]>();
    expectTypeOf(runner.runJobs(names, { errorValue: null })).resolves.toEqualTypeOf<boolean[]>();
    expectTypeOf(runner.runJobs(names, {})).resolves.toEqualTypeOf<boolean[]>();
  });
});

describe('where failures are captured, the error value is among the results', () => {
  test('NaN by default', () => {
    const captured = runner.runJobs(names, { reraiseExceptions: false });
    expectTypeOf(captured).resolves.toEqualTypeOf<(boolean | number)[]>();
    expectTypeOf(lengths.runJobs(names, { reraiseExceptions: false })).resolves.toEqualTypeOf<number[]>();
  });

  test('or what it is said to be', () => {
    const capture = { reraiseExceptions: false } as const;
    const asNull = runner.runJobs(names, { ...capture, errorValue: null });
    expectTypeOf(asNull).resolves.toEqualTypeOf<(boolean | null)[]>();
    const asUndefined = runner.runJobs(names, { ...capture, errorValue: undefined });
    expectTypeOf(asUndefined).resolves.toEqualTypeOf<(boolean | undefined)[]>();
    const asText = runner.runJobs(names, { ...capture, errorValue: 'failed' });
    expectTypeOf(asText).resolves.toEqualTypeOf<(boolean | string)[]>();
  });

  test('and the exceptions beside them', () => {
    const both = runner.runJobs(names, { returnExceptions: true });
    expectTypeOf(both).resolves.toEqualTypeOf<[results: (boolean | number)[], exceptions: JobError[]]>();
    const asNull = runner.runJobs(names, { returnExceptions: true, errorValue: null });
    expectTypeOf(asNull).resolves.toEqualTypeOf<[results: (boolean | null)[], exceptions: JobError[]]>();
  });

  test('with nJobs too', () => {
    const random = new JobRunner(() => 'a');
    expectTypeOf(
      random.runJobs({ nJobs: 2, returnExceptions: true, errorValue: null }),
    ).resolves.toEqualTypeOf<[results: (string | null)[], exceptions: JobError[]]>();
  });

  test('where it is not known, both ways are possible', () => {
    const returnExceptions = names.length > 0;
    const either = lengths.runJobs(names, { returnExceptions });
    expectTypeOf(either).resolves.toEqualTypeOf<number[] | [results: number[], exceptions: JobError[]]>();
    const options: RunOptions = {};
    const wide = lengths.runJobs(names, options);
    type Wide = Awaited<typeof wide>;
    expectTypeOf<number[]>().toExtend<Wide>();
    expectTypeOf<Float64Array<SharedArrayBuffer>>().toExtend<Wide>();
    expectTypeOf<SharedArray<'int8'>>().toExtend<Wide>();
    expectTypeOf<[results: unknown[], exceptions: JobError[]]>().toExtend<Wide>();
  });
});

describe('with outputDtype results are written into one array', () => {
  test('a typed array', () => {
    const float64 = lengths.runJobs(names, { outputDtype: 'float64' });
    expectTypeOf(float64).resolves.toEqualTypeOf<Float64Array<SharedArrayBuffer>>();
    expectTypeOf(float64).resolves.toExtend<Float64Array>();
    const bigints = new JobRunner((name: string) => BigInt(name)).runJobs(names, { outputDtype: 'bigint64' });
    expectTypeOf(bigints).resolves.toEqualTypeOf<BigInt64Array<SharedArrayBuffer>>();
  });

  test('or a shared array, with a shape', () => {
    const rows = new JobRunner((name: string) => [name.length, 1]);
    const shaped = rows.runJobs(names, { outputDtype: 'float64', outputShape: [3, 2] });
    expectTypeOf(shaped).resolves.toEqualTypeOf<SharedArray<'float64'>>();
  });

  test('which an error value does not change', () => {
    const captured = lengths.runJobs(names, { outputDtype: 'int32', returnExceptions: true, errorValue: -1 });
    expectTypeOf(captured).resolves.toEqualTypeOf<
      [results: Int32Array<SharedArrayBuffer>, exceptions: JobError[]]
    >();
  });

  test('of a dtype that there is', () => {
    // @ts-expect-error -- there is not
    void lengths.runJobs(names, { outputDtype: 'float128' });
    // @ts-expect-error -- a shape of what?
    void lengths.runJobs(names, { outputShape: [3, 2] });
  });
});

describe('options that cannot be do not compile', () => {
  test('unknown names', () => {
    // @ts-expect-error -- logLevel
    void runner.runJobs(names, { loglevel: 'info', progress: false });
    const options = { progress: false, tries: 3 };
    // @ts-expect-error -- not in a variable either
    void runner.runJobs(names, options);
    // @ts-expect-error -- with nJobs
    void lengths.runJobs({ nJobs: 2, tries: 3 });
    // @ts-expect-error -- of the runner
    new JobRunner(Math.sqrt, { nworkers: 2 });
  });

  test('capturing and reraising at once', () => {
    // @ts-expect-error -- one of the two
    void runner.runJobs(names, { returnExceptions: true, reraiseExceptions: true });
  });

  test('wrong kinds of values', () => {
    // @ts-expect-error -- true or false
    void runner.runJobs(names, { returnExceptions: 'yes' });
    // @ts-expect-error -- a level
    void runner.runJobs(names, { logLevel: 'loud' });
    // @ts-expect-error -- a number
    new JobRunner(Math.sqrt, { nWorkers: '2' });
  });
});

describe('a stream gives outcomes', () => {
  test('of inputs', () => {
    expectTypeOf(runner.stream(names)).toEqualTypeOf<
      AsyncGenerator<Outcome<string, boolean>, void, undefined>
    >();
    const spread = new JobRunner(Math.pow).stream([[2, 3]], { spread: true });
    expectTypeOf(spread).toEqualTypeOf<
      AsyncGenerator<Outcome<readonly [x: number, y: number], number>, void, undefined>
    >();
  });

  test('of places', () => {
    const outcomes = new JobRunner(Math.random).stream({ nJobs: 3 });
    expectTypeOf(outcomes).toEqualTypeOf<AsyncGenerator<Outcome<number, number>, void, undefined>>();
  });

  test('told apart by their status', () => {
    const describeIt = (outcome: Outcome<string, boolean>): void => {
      expectTypeOf(outcome.place).toEqualTypeOf<number>();
      if (outcome.status === 'fulfilled') expectTypeOf(outcome.output).toEqualTypeOf<boolean>();
      else expectTypeOf(outcome.error).toEqualTypeOf<JobError>();
    };
    void describeIt;
  });

  test('so there is no form of results to choose', () => {
    // @ts-expect-error -- outcomes are not written into an array
    runner.stream(names, { outputDtype: 'float64' });
    // @ts-expect-error -- failures are outcomes anyway
    runner.stream(names, { returnExceptions: true });
  });
});

describe('a batch block', () => {
  test('types what is submitted, and gives what runJobs gives', () => {
    const batch = runner.submittingJobs((submit) => {
      expectTypeOf(submit).toEqualTypeOf<(input: string) => number>();
      // @ts-expect-error -- numbers are no names
      submit(1);
    });
    expectTypeOf(batch).resolves.toEqualTypeOf<boolean[]>();
  });

  test('with options and an async body', () => {
    const batch = new JobRunner(Math.pow).submittingJobs(
      { spread: true, returnExceptions: true, errorValue: null },
      async (submit) => {
        submit([2, 3]);
        // @ts-expect-error -- too short
        submit([2]);
      },
    );
    expectTypeOf(batch).resolves.toEqualTypeOf<[results: (number | null)[], exceptions: JobError[]]>();
    // @ts-expect-error -- no such option
    void runner.submittingJobs({ tries: 3 }, (submit) => submit('a'));
    // @ts-expect-error -- the block is what has the jobs
    void runner.submittingJobs({ nJobs: 3 }, () => {});
  });

  test('what it left behind is for the reader to know', () => {
    expectTypeOf(runner.outputFromSubmitted).toEqualTypeOf<unknown>();
  });
});

describe('an output of the caller is the result', () => {
  test('with its own type', () => {
    const lengths = new JobRunner((name: string) => name.length);
    const given = lengths.runJobs(names, { output: new Int8Array(new SharedArrayBuffer(4)) });
    expectTypeOf(given).resolves.toEqualTypeOf<Int8Array<SharedArrayBuffer>>();
    expectTypeOf(lengths.runJobs(names, { output: array })).resolves.toEqualTypeOf<SharedArray<'float32'>>();
    // @ts-expect-error memory of one thread
    lengths.runJobs(names, { output: new Int8Array(4) });
    // @ts-expect-error the output has a dtype of its own
    lengths.runJobs(names, { output: array, outputDtype: 'float32' });
  });
});

describe('a cost hint', () => {
  test('gets an input', () => {
    runner.runJobs(names, {
      costOf: (name) => {
        expectTypeOf(name).toEqualTypeOf<string>();
        return name.length;
      },
    });
    const costed = runner.runJobs(names, {
      costOf: (name) => name.length,
      returnExceptions: true,
      errorValue: null,
    });
    expectTypeOf(costed).resolves.toEqualTypeOf<[results: (boolean | null)[], exceptions: JobError[]]>();
    new JobRunner((place: number) => place).runJobs({ nJobs: 3, costOf: (place) => place });
    // @ts-expect-error a cost is a number
    runner.runJobs(names, { costOf: (name) => name });
    // @ts-expect-error the input is a string
    runner.runJobs(names, { costOf: (input: number) => input });
  });
});
