import { describe, expect, test } from 'vitest';
import { checkRun, checkRunOptions } from '../../src/check-run-options.ts';
import { expectRefusal } from './expect-refusal.ts';

describe('a run without options', () => {
  test('stops at the first failure, says warnings, and collects an array', () => {
    expect(checkRunOptions(undefined)).toEqual({
      timeout: undefined,
      retries: { limit: 0, delay: 0, backoff: 1, when: expect.any(Function), maxDeaths: 2 },
      ordered: false,
      maxInFlight: { jobs: 256, bytes: Number.POSITIVE_INFINITY },
      progress: undefined,
      logLevel: 'warn',
      spread: false,
      signal: undefined,
      output: undefined,
      capturesExceptions: false,
      returnsExceptions: false,
      errorValue: Number.NaN,
    });
  });

  test('is what undefined options give too', () => {
    const names = [
      'progress',
      'logLevel',
      'spread',
      'signal',
      'outputDtype',
      'outputShape',
      'returnExceptions',
    ];
    const options = Object.fromEntries(names.map((name) => [name, undefined]));
    expect(checkRunOptions(options)).toEqual(checkRunOptions({}));
  });
});

describe('failures are captured', () => {
  test('by either word', () => {
    expect(checkRunOptions({ reraiseExceptions: false })).toMatchObject({
      capturesExceptions: true,
      returnsExceptions: false,
    });
    expect(checkRunOptions({ returnExceptions: true })).toMatchObject({
      capturesExceptions: true,
      returnsExceptions: true,
    });
    expect(checkRunOptions({ returnExceptions: false })).toMatchObject({ capturesExceptions: false });
  });

  test('but not with both at odds', () => {
    expectRefusal(
      () => checkRunOptions({ returnExceptions: true, reraiseExceptions: true }),
      'INVALID_OPTION',
      'reraiseExceptions: true',
    );
  });

  test('and leave the error value, even if that is undefined', () => {
    expect(checkRunOptions({ errorValue: null }).errorValue).toBeNull();
    expect(checkRunOptions({ errorValue: undefined }).errorValue).toBeUndefined();
    expect(checkRunOptions({}).errorValue).toBeNaN();
  });
});

describe('what failed jobs leave has to fit the dtype', () => {
  test.each([
    ['int32', {}, 'NaN'],
    ['uint8c', {}, 'NaN'],
    ['bigint64', {}, 'NaN'],
    ['uint8', { errorValue: 256 }, '256'],
    ['int16', { errorValue: 0.5 }, '0.5'],
    ['bigint64', { errorValue: -1 }, '-1'],
    ['biguint64', { errorValue: -1n }, '-1n'],
    ['float64', { errorValue: null }, 'null'],
    ['float64', { errorValue: undefined }, 'undefined'],
  ])('%s cannot hold it, given %o', (outputDtype, given, shown) => {
    const options = { outputDtype, ...given };
    const message = `a failed job leaves ${shown} in its place, which ${outputDtype} cannot hold`;
    expectRefusal(() => checkRunOptions({ ...options, returnExceptions: true }), 'INVALID_OPTION', message);
    expectRefusal(() => checkRunOptions({ ...options, reraiseExceptions: false }), 'INVALID_OPTION', message);
    expect(checkRunOptions(options).output).toEqual({ dtype: outputDtype, shape: undefined });
  });

  test.each([
    ['int32', { errorValue: -1 }],
    ['biguint64', { errorValue: 0n }],
    ['float32', {}],
    ['float64', { errorValue: -1 }],
  ])('%s can, given %o', (outputDtype, given) => {
    const options = { outputDtype, returnExceptions: true, ...given };
    expect(checkRunOptions(options).capturesExceptions).toBe(true);
  });
});

describe('outputShape is the whole shape', () => {
  const shaped = (outputShape: readonly number[]) => ({ outputDtype: 'float64', outputShape });

  test('of so many jobs', () => {
    expect(checkRun('runJobs', [1, 2], shaped([2, 5])).options.output).toEqual({
      dtype: 'float64',
      shape: [2, 5],
    });
    expect(checkRun('runJobs', { nJobs: 2, ...shaped([2, 5]) }).options.output?.shape).toEqual([2, 5]);
  });

  test('and no others', () => {
    const message = 'outputShape [ 3, 5 ] is for 3 jobs, and there are 2';
    expectRefusal(() => checkRun('runJobs', [1, 2], shaped([3, 5])), 'INVALID_OPTION', message);
    expectRefusal(() => checkRun('runJobs', { nJobs: 2, ...shaped([3, 5]) }), 'INVALID_OPTION', message);
  });

  test('which cannot be said yet of inputs that are read as they come', () => {
    const lazily = [1, 2].values();
    expect(checkRun('runJobs', lazily, shaped([3, 5])).count).toBeUndefined();
  });

  test('of a dtype', () => {
    expectRefusal(() => checkRunOptions({ outputShape: [3, 5] }), 'INVALID_OPTION', 'needs an `outputDtype`');
  });

  test('and cannot be changed behind the run', () => {
    const outputShape = [2, 5];
    const { output } = checkRunOptions(shaped(outputShape));
    outputShape[1] = 6;
    expect(output?.shape).toEqual([2, 5]);
  });
});

describe('a value of the wrong kind is shown', () => {
  test.each([
    ['progress', 'fast', "`progress` is 'fast', not true, false, 'bar'"],
    ['logLevel', 'loud', "`logLevel` is 'loud', not one of 'debug', 'info', 'warn', 'error', 'silent'"],
    ['spread', 1, '`spread` is 1, not true or false'],
    ['signal', {}, '`signal` is {}, not an AbortSignal'],
    ['outputDtype', 'float', "`outputDtype` is 'float', not one of 'float64', 'float32'"],
    ['outputDtype', 'toString', "`outputDtype` is 'toString'"],
    ['outputShape', 3, '`outputShape` is 3, not an array of whole numbers'],
    ['outputShape', [], '`outputShape` is [], not an array of whole numbers'],
    ['outputShape', [2, -1], '`outputShape` is [ 2, -1 ], not'],
    // biome-ignore lint/suspicious/noSparseArray: a hole is no number either
    ['outputShape', [2, , 3], '`outputShape` is [ 2, <1 empty item>, 3 ], not'],
    ['returnExceptions', 'yes', "`returnExceptions` is 'yes', not true or false"],
    ['reraiseExceptions', null, '`reraiseExceptions` is null, not true or false'],
  ])('%s: %o', (name, value, message) => {
    expectRefusal(() => checkRunOptions({ [name]: value }), 'INVALID_OPTION', message);
  });

  test.each([3, 'x', null, [], () => {}])('options %o', (options) => {
    expectRefusal(
      () => checkRunOptions(options),
      'INVALID_OPTION',
      'the options of submittingJobs are an object',
    );
    expectRefusal(
      () => checkRun('stream', [1], options),
      'INVALID_OPTION',
      'the options of stream are an object',
    );
  });
});
