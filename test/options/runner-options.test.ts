import { JobRunner, ParallelWorker, partial } from 'parajob';
import { variance } from 'simple-statistics';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { checkRunnerOptions } from '../../src/check-runner-options.ts';
import { usableCores } from '../../src/cores.ts';
import { expectRefusal } from './expect-refusal.ts';

class Scale extends ParallelWorker {
  readonly factor: number;
  constructor(factor = 1) {
    super();
    this.factor = factor;
  }
  paraMethod(x: number): number {
    return this.factor * x;
  }
}

// The machine that runs these tests may have it set.
beforeEach(() => vi.stubEnv('PARAJOB_WORKERS', undefined));
afterEach(() => vi.unstubAllEnvs());

describe('a runner takes', () => {
  test('a function', () => {
    const { worker } = checkRunnerOptions(variance, undefined);
    expect(worker).toEqual({ type: 'function', target: variance, trailing: [] });
  });

  test('a partial, apart', () => {
    const { worker } = checkRunnerOptions(partial(Math.pow, 2), {});
    expect(worker).toEqual({ type: 'function', target: Math.pow, trailing: [2] });
  });

  test('a class with its arguments', () => {
    const { worker } = checkRunnerOptions(Scale, { workerArgs: [3] });
    expect(worker).toEqual({ type: 'class', target: Scale, workerArgs: [3] });
  });

  test('a class whose paraMethod is a field, or inherited from one', () => {
    class Field extends ParallelWorker {
      paraMethod = variance;
    }
    class Heir extends Field {}
    expect(checkRunnerOptions(Field, {}).worker.type).toBe('class');
    expect(checkRunnerOptions(Heir, {}).worker.type).toBe('class');
  });

  test('a module reference', () => {
    const target = { module: new URL('file:///spectra.js'), name: 'Spectrum' };
    const { worker } = checkRunnerOptions(target, { workerArgs: [3] });
    expect(worker).toEqual({ type: 'module', target, workerArgs: [3] });
  });
});

describe('a runner refuses', () => {
  test.each([
    ['undefined', undefined],
    ['null', null],
    ["'variance'", 'variance'],
    ['{}', {}],
    ['Scale', new Scale()],
  ])('%s', (shown, worker) => {
    expectRefusal(
      () => new JobRunner(worker as () => void),
      'INVALID_WORKER',
      `a JobRunner runs a function, a class that extends ParallelWorker, or { module, name }, not ${shown}`,
    );
  });

  test('a class of another kind', () => {
    class Stranger {}
    expectRefusal(
      () => new JobRunner(Stranger as unknown as () => void),
      'INVALID_WORKER',
      'class Stranger does not extend ParallelWorker',
    );
  });

  test('a class without paraMethod', () => {
    // @ts-expect-error -- that is the point
    class Idle extends ParallelWorker {}
    expectRefusal(() => new JobRunner(Idle), 'INVALID_WORKER', 'class Idle has no paraMethod');
    expectRefusal(
      () => new JobRunner(ParallelWorker as unknown as () => void),
      'INVALID_WORKER',
      'class ParallelWorker has no paraMethod',
    );
  });

  test('workerArgs with a function, and shows what to write', () => {
    const quantile = (x: number, p: number): number => x * p;
    expectRefusal(
      () => new JobRunner(quantile, { workerArgs: [0.9] as never }),
      'INVALID_OPTION',
      'bind arguments with partial(quantile, 0.9)',
    );
  });

  test.each([
    ['nWorkers', 0, 'a whole number from 1 up'],
    ['nWorkers', -1, 'a whole number from 1 up'],
    ['nWorkers', 1.5, 'a whole number from 1 up'],
    ['nWorkers', Number.NaN, 'a whole number from 1 up'],
    ['nWorkers', 'x', 'a whole number from 1 up'],
    ['singleJobInThread', 1, 'true or false'],
    ['workerArgs', 3, 'an array of constructor arguments'],
    ['execArgv', '--import x', 'an array of strings'],
    ['execArgv', [1], 'an array of strings'],
    ['env', { A: 1 }, 'an object of strings'],
    ['env', ['A'], 'an object of strings'],
    ['resourceLimits', { maxOldGeneration: 1 }, 'maxOldGenerationSizeMb'],
    ['resourceLimits', { stackSizeMb: -1 }, 'an object of numbers of MB'],
  ])('%s: %j', (name, value, expected) => {
    const act = () => checkRunnerOptions(Scale, { [name]: value });
    expectRefusal(act, 'INVALID_OPTION', `\`${name}\` is `);
    expectRefusal(act, 'INVALID_OPTION', expected);
  });
});

describe('the number of workers', () => {
  test('is what the process may use', () => {
    expect(checkRunnerOptions(variance, {}).nWorkers).toBe(usableCores());
  });

  test('or what is asked for, even if it is more', () => {
    expect(checkRunnerOptions(variance, { nWorkers: 500 }).nWorkers).toBe(500);
  });

  test('with one, the run is in the calling thread, unless a thread is asked for', () => {
    expect(checkRunnerOptions(variance, { nWorkers: 1 }).isInline).toBe(true);
    expect(checkRunnerOptions(variance, { nWorkers: 2 }).isInline).toBe(false);
    expect(checkRunnerOptions(variance, { nWorkers: 1, singleJobInThread: true }).isInline).toBe(false);
  });
});

describe('PARAJOB_WORKERS', () => {
  test('caps what is asked for', () => {
    vi.stubEnv('PARAJOB_WORKERS', '3');
    expect(checkRunnerOptions(variance, { nWorkers: 8 }).nWorkers).toBe(3);
    expect(checkRunnerOptions(variance, { nWorkers: 2 }).nWorkers).toBe(2);
  });

  test('as 1 puts every run into the calling thread', () => {
    vi.stubEnv('PARAJOB_WORKERS', '1');
    expect(checkRunnerOptions(variance, { nWorkers: 8, singleJobInThread: true })).toMatchObject({
      nWorkers: 1,
      isInline: true,
    });
  });

  test('is named when it is wrong', () => {
    vi.stubEnv('PARAJOB_WORKERS', 'many');
    expectRefusal(() => new JobRunner(variance), 'INVALID_OPTION', "PARAJOB_WORKERS is 'many'");
  });
});

describe('threads are shared', () => {
  test('unless an option is about them', () => {
    expect(checkRunnerOptions(variance, { nWorkers: 4 }).threads).toBeUndefined();
    expect(checkRunnerOptions(variance, { env: undefined }).threads).toBeUndefined();
    const options = { execArgv: ['--no-warnings'], env: { A: '1' }, resourceLimits: { stackSizeMb: 8 } };
    expect(checkRunnerOptions(variance, options).threads).toEqual(options);
    expect(checkRunnerOptions(variance, { env: {} }).threads).toMatchObject({ env: {} });
  });
});
