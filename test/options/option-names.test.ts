import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkRun, checkRunOptions } from '../../src/check-run-options.ts';
import { checkRunnerOptions } from '../../src/check-runner-options.ts';
import { expectRefusal } from './expect-refusal.ts';

describe('an unknown option is an error', () => {
  test.each([
    ['nworkers', 'nWorkers'],
    ['n_workers', 'nWorkers'],
    ['workers', 'nWorkers'],
    ['workerArg', 'workerArgs'],
    ['resourceLimit', 'resourceLimits'],
  ])('%s of a runner: did you mean %s?', (name, nearest) => {
    expectRefusal(
      () => checkRunnerOptions(Math.sqrt, { [name]: 1 }),
      'INVALID_OPTION',
      `unknown option \`${name}\` of JobRunner; did you mean \`${nearest}\`?`,
    );
  });

  test.each([
    ['loglevel', 'logLevel'],
    ['njobs', 'nJobs'],
    ['output_dtype', 'outputDtype'],
    ['returnException', 'returnExceptions'],
    ['reRaiseExceptions', 'reraiseExceptions'],
    ['errorvalue', 'errorValue'],
    ['progres', 'progress'],
  ])('%s of a run: did you mean %s?', (name, nearest) => {
    expectRefusal(
      () => checkRun('runJobs', [1], { [name]: 1 }),
      'INVALID_OPTION',
      `unknown option \`${name}\` of runJobs; did you mean \`${nearest}\`?`,
    );
  });

  test('where none is near, all are named', () => {
    expectRefusal(
      () => checkRun('stream', [1], { window: 3 }),
      'INVALID_OPTION',
      'unknown option `window` of stream; stream has progress, logLevel, spread, signal, timeout, retries, maxDeaths, ordered, maxInFlight, nJobs',
    );
  });

  test('and so is one of another method', () => {
    expectRefusal(() => checkRun('stream', [1], { outputDtype: 'float64' }), 'INVALID_OPTION', 'of stream');
    expectRefusal(() => checkRunOptions({ nJobs: 3 }), 'INVALID_OPTION', '`nJobs` of submittingJobs');
  });

  test('even if it is undefined, or a name that every object has', () => {
    expectRefusal(() => checkRunOptions({ window: undefined }), 'INVALID_OPTION', '`window`');
    expectRefusal(() => checkRunOptions({ toString: 1 }), 'INVALID_OPTION', '`toString`');
    expectRefusal(() => checkRunOptions({ constructor: 1 }), 'INVALID_OPTION', '`constructor`');
  });

  test('whatever it is called', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        // A prefix that no option has.
        expectRefusal(() => checkRunOptions({ [`?${name}`]: 1 }), 'INVALID_OPTION', 'unknown option');
      }),
    );
  });
});

describe('only an object’s own options count', () => {
  test('not those of its prototype', () => {
    const options = Object.create({ logLevel: 'debug', returnExceptions: true, retries: 3 }) as object;
    expect(checkRunOptions(options)).toEqual(checkRunOptions({}));
  });

  test('and a __proto__ of its own is refused like any stranger', () => {
    const poisoned = JSON.parse('{"__proto__": {"logLevel": "debug"}}') as object;
    expectRefusal(() => checkRunOptions(poisoned), 'INVALID_OPTION', '`__proto__`');
    expect(({} as { logLevel?: string }).logLevel).toBeUndefined();
  });
});
