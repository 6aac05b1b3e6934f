import { JobRunner } from 'parajob';
import { describe, expect, test } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { noted } from './helpers/noted.ts';
import { whereJobsRun } from './helpers/where-jobs-run.ts';

const double = (n: number) => 2 * n;

describe.each(whereJobsRun)('%s, a batch block', (_, options) => {
  test('runs what was submitted, and resolves to the results in the order of submission', async () => {
    const results = await new JobRunner(double, options).submittingJobs((submit) => {
      for (let n = 0; n < 100; n++) submit(n);
    });
    expect(results).toEqual(Array.from({ length: 100 }, (_, n) => 2 * n));
  });

  test('leaves its results in outputFromSubmitted until the next block', async () => {
    const runner = new JobRunner(double, options);
    expect(runner.outputFromSubmitted).toBeUndefined();
    const first = await runner.submittingJobs((submit) => submit(1));
    expect(runner.outputFromSubmitted).toBe(first);
    await runner.submittingJobs((submit) => submit(2));
    expect(runner.outputFromSubmitted).toEqual([4]);
  });

  test('takes the options of a run', async () => {
    const runner = new JobRunner((n: number) => {
      if (n === 1) throw new Error('one');
      return n;
    }, options);
    const [results, exceptions] = await runner.submittingJobs(
      { outputDtype: 'float32', returnExceptions: true, logLevel: 'silent' },
      (submit) => {
        for (let n = 0; n < 3; n++) submit(n);
      },
    );
    expect(results).toEqual(new Float32Array([0, Number.NaN, 2]));
    expect(exceptions.map(({ place }) => place)).toEqual([1]);
    expect(runner.outputFromSubmitted).toEqual([results, exceptions]);
  });

  test('awaits a body that takes its time', async () => {
    const results = await new JobRunner(double, options).submittingJobs(async (submit) => {
      submit(1);
      await new Promise(setImmediate);
      submit(2);
    });
    expect(results).toEqual([2, 4]);
  });

  test('runs nothing if its body throws, and rejects with what it threw', async () => {
    const ran = new Int32Array(new SharedArrayBuffer(4));
    const runner = new JobRunner((counter: Int32Array) => Atomics.add(counter, 0, 1), options);
    const thrown = new Error('out of the body');
    const failure = await failureOf(
      runner.submittingJobs((submit) => {
        submit(ran);
        throw thrown;
      }),
    );
    expect(failure).toBe(thrown);
    const later = runner.submittingJobs(async (submit) => {
      submit(ran);
      await Promise.reject(thrown);
    });
    expect(await failureOf(later)).toBe(thrown);
    expect(ran[0]).toBe(0);
    await runner.submittingJobs((submit) => submit(ran));
    expect(ran[0]).toBe(1);
  });

  test('may be empty', async () => {
    expect(await new JobRunner(double, options).submittingJobs(() => {})).toEqual([]);
  });
});

describe('submit', () => {
  test('returns the place of its job', async () => {
    const places: number[] = [];
    await new JobRunner(double, { nWorkers: 1 }).submittingJobs((submit) => {
      for (let n = 0; n < 3; n++) places.push(submit(n));
    });
    expect(places).toEqual([0, 1, 2]);
  });

  test('starts no job before the body is through', async () => {
    noted.events = [];
    const note = (name: string) => (process as { events?: string[] }).events?.push(name);
    await new JobRunner(note, { nWorkers: 1 }).submittingJobs(async (submit) => {
      submit('job');
      for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
      noted.events?.push('end of the body');
    });
    expect(noted.events).toEqual(['end of the body', 'job']);
  });

  test('is an error once the body is through, and adds no job', async () => {
    const runner = new JobRunner(double, { nWorkers: 1 });
    let kept: (n: number) => number = () => -1;
    const results = await runner.submittingJobs((submit) => {
      kept = submit;
      submit(1);
    });
    expect(() => kept(2)).toThrow(expect.objectContaining({ code: 'SUBMIT_OUTSIDE_BLOCK' }));
    expect(results).toEqual([2]);
  });
});

describe('a block inside a block', () => {
  test('of the same runner is an error, which the outer one can survive', async () => {
    const runner = new JobRunner(double, { nWorkers: 1 });
    const results = await runner.submittingJobs(async (submit) => {
      submit(1);
      expect(await failureOf(runner.submittingJobs(() => {}))).toMatchObject({ code: 'NESTED_BLOCK' });
      submit(2);
    });
    expect(results).toEqual([2, 4]);
  });

  test('of another runner is none', async () => {
    const results = await new JobRunner(double, { nWorkers: 1 }).submittingJobs(async (submit) => {
      const inner = await new JobRunner(double, { nWorkers: 1 }).submittingJobs((add) => add(5));
      for (const n of inner) submit(n);
    });
    expect(results).toEqual([20]);
  });

  test('and one after it is none either, even if it threw', async () => {
    const runner = new JobRunner(double, { nWorkers: 1 });
    await failureOf(runner.submittingJobs(() => Promise.reject(new Error('odd'))));
    expect(await runner.submittingJobs((submit) => submit(1))).toEqual([2]);
  });
});

describe('a block is refused at once', () => {
  test.each([
    ['without a body', [{}], 'INVALID_INPUTS'],
    ['without anything', [], 'INVALID_INPUTS'],
    ['with options that there are not', [{ outputDtyp: 'float64' }, () => {}], 'INVALID_OPTION'],
    ['with nJobs', [{ nJobs: 3 }, () => {}], 'INVALID_OPTION'],
  ])('%s', async (_, args, code) => {
    const runner = new JobRunner(double, { nWorkers: 1 });
    const block = (runner.submittingJobs as (...args: unknown[]) => Promise<unknown>).call(runner, ...args);
    expect(await failureOf(block)).toMatchObject({ name: 'JobRunnerError', code });
  });

  test('with an outputShape for another number of jobs', async () => {
    const runner = new JobRunner(double, { nWorkers: 1 });
    const options = { outputDtype: 'float64', outputShape: [3] } as const;
    const block = runner.submittingJobs(options, (submit) => submit(1));
    expect(await failureOf(block)).toMatchObject({ code: 'INVALID_OPTION' });
  });
});
