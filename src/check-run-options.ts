import { DTYPES, type DType, dtypeOf, isDType } from './arrays/dtype.ts';
import { fits } from './arrays/fit.ts';
import { isSharedArray } from './arrays/shared-array.ts';
import { JobRunnerError } from './errors.ts';
import type { CostOf } from './feeds/biggest-first.ts';
import { inputsFailed } from './feeds/input-reader.ts';
import type {
  Counted,
  CountedRunOptions,
  CountedStreamOptions,
  OutputArray,
  RetryOptions,
  RunOptions,
  StreamOptions,
  StreamRunOptions,
} from './options.ts';
import { LOG_LEVELS, type LogLevel } from './protocol/log-record.ts';
import {
  type Checks,
  flag,
  isAbove,
  isIterable,
  isOptions,
  isWholeFrom,
  milliseconds,
  type RunInputs,
  readOptions,
  show,
} from './read-options.ts';
import { isProgressOption, type ProgressOption } from './reporters/progress-option.ts';
import type { RetryPolicy } from './run/retries.ts';

/** How many jobs a stream may have begun that its reader has not asked for yet. */
const STREAMED_AHEAD = 256;

/** Places are 32-bit integers in shared memory. */
const MAX_JOBS = 2 ** 31 - 1;

export interface CheckedRunOptions {
  readonly progress: ProgressOption | undefined;
  readonly logLevel: LogLevel;
  readonly spread: boolean;
  readonly signal: AbortSignal | undefined;
  /** Absent when results are collected in an array. The first of `shape` has been compared only if it was known. */
  readonly output: CheckedOutput | undefined;
  readonly costOf: CostOf | undefined;
  /** Whether all jobs are done whatever fails, and `errorValue` fills the gaps. */
  readonly capturesExceptions: boolean;
  readonly returnsExceptions: boolean;
  readonly errorValue: unknown;
  readonly timeout: number | undefined;
  readonly retries: RetryPolicy;
  readonly ordered: boolean;
  readonly maxInFlight: { readonly jobs: number; readonly bytes: number };
}

/** How results are written in place. */
export interface CheckedOutput {
  readonly dtype: DType;
  /** Absent for a typed array of a result each. */
  readonly shape: readonly number[] | undefined;
  /** Where to; absent for memory of the run's own. */
  readonly array: OutputArray | undefined;
}

/** One call of `runJobs` or `stream`, checked. */
export interface CheckedRun {
  /** What to iterate; absent when the places are the inputs. */
  readonly inputs: RunInputs | undefined;
  /** How many jobs there are; undefined while nobody can know. */
  readonly count: number | undefined;
  /** By place: what inputs were when they were read, where they may have been changed since. */
  readonly asRead?: Map<number, unknown>;
  readonly options: CheckedRunOptions;
}

const STREAM_OPTIONS: Checks<StreamOptions> = {
  progress: [isProgressOption, "true, false, 'bar', 'log', { label, leave }, or a bar of cli-progress"],
  logLevel: [(value) => LOG_LEVELS.includes(value as LogLevel), oneOf(LOG_LEVELS)],
  spread: flag,
  signal: [isAbortSignal, 'an AbortSignal'],
  timeout: milliseconds,
  retries: [
    (value) => isWholeFrom(0)(value) || isOptions(value),
    'a whole number from 0 up, or { limit, delay, backoff, when }',
  ],
  maxDeaths: [isWholeFrom(1), 'a whole number from 1 up'],
};

const RETRY_OPTIONS: Checks<RetryOptions> = {
  limit: [isWholeFrom(0), 'a whole number from 0 up'],
  delay: [isAbove(-1), 'a number of milliseconds'],
  backoff: [isAbove(0), 'a number above 0'],
  when: [(value) => typeof value === 'function', 'a function'],
};

/** What `stream` takes and `runJobs` does not. */
const ONLY_STREAM: Checks<Omit<StreamRunOptions, keyof StreamOptions>> = {
  ordered: flag,
  maxInFlight: [
    (value) => isWholeFrom(1)(value) || isOptions(value),
    'a whole number from 1 up, or { jobs, bytes }',
  ],
};

const IN_FLIGHT: Checks<{ jobs?: number; bytes?: number }> = {
  jobs: [isWholeFrom(1), 'a whole number from 1 up'],
  bytes: [isAbove(0), 'a number of bytes'],
};

const RUN_OPTIONS: Checks<RunOptions> = {
  ...STREAM_OPTIONS,
  outputDtype: [isDType, oneOf(DTYPES)],
  outputShape: [
    (value) => Array.isArray(value) && value.length > 0 && Array.from(value).every(isWholeFrom(0)),
    'an array of whole numbers, the number of jobs first',
  ],
  returnExceptions: flag,
  reraiseExceptions: flag,
  errorValue: [() => true, 'anything'],
  output: [isOutputArray, 'a SharedArray, or a typed array over a SharedArrayBuffer, which sharedCopy makes'],
  costOf: [(value) => typeof value === 'function', 'a function of an input'],
};

const COUNTED: Checks<Counted> = {
  nJobs: [isWholeFrom(0, MAX_JOBS), `a whole number from 0 to ${MAX_JOBS}`],
};

/** `stream` has no results to give a form, so it refuses the options that would. */
const COUNTED_OPTIONS: Record<'runJobs' | 'stream', Partial<Checks<AnyRunOptions>>> = {
  runJobs: { ...RUN_OPTIONS, ...COUNTED },
  stream: { ...STREAM_OPTIONS, ...ONLY_STREAM, ...COUNTED },
};

type AnyRunOptions = CountedRunOptions & CountedStreamOptions;

/**
 * Checks a call of `runJobs` or `stream`, in either form: inputs and options, or options with `nJobs`.
 *
 * @throws JobRunnerError `INVALID_INPUTS` or `INVALID_OPTION`.
 */
export function checkRun(
  method: 'runJobs' | 'stream',
  inputsOrOptions: unknown,
  options?: unknown,
): CheckedRun {
  const checks = COUNTED_OPTIONS[method];
  if (options === undefined && isOptions(inputsOrOptions)) {
    const given = readOptions<AnyRunOptions>(inputsOrOptions, checks, method);
    if (given.nJobs === undefined) {
      throw new JobRunnerError('INVALID_INPUTS', `${method} needs inputs, or { nJobs } to run without`);
    }
    return { inputs: undefined, count: given.nJobs, options: settle(given, given.nJobs) };
  }
  checkInputs(inputsOrOptions);
  const given = readOptions<AnyRunOptions>(options, checks, method);
  if (given.nJobs !== undefined) {
    throw new JobRunnerError(
      'INVALID_OPTION',
      `${method} takes inputs or \`nJobs\` (${given.nJobs}), not both`,
    );
  }
  const count = countOf(inputsOrOptions);
  return { inputs: inputsOrOptions, count, options: settle(given, count) };
}

/**
 * Checks the options of a batch block.
 *
 * @throws JobRunnerError `INVALID_OPTION`.
 */
export function checkRunOptions(options: unknown): CheckedRunOptions {
  return settle(readOptions<RunOptions>(options, RUN_OPTIONS, 'submittingJobs'), undefined);
}

/**
 * Checks that something can be read as inputs, without reading it.
 *
 * @throws JobRunnerError `INVALID_INPUTS`.
 */
export function checkInputs(inputs: unknown): asserts inputs is RunInputs {
  if (typeof inputs === 'string') {
    throw new JobRunnerError(
      'INVALID_INPUTS',
      `the inputs are the string ${show(inputs)}: for a job per character write [...text], for one job [text]`,
    );
  }
  if (!isIterable(inputs)) {
    throw new JobRunnerError(
      'INVALID_INPUTS',
      `inputs are an array, a typed array, a SharedArray or something else to iterate, not ${show(inputs)}${hintFor(inputs)}`,
    );
  }
}

function hintFor(inputs: unknown): string {
  const { length, nJobs } = (inputs ?? {}) as { readonly length?: unknown; readonly nJobs?: unknown };
  if (typeof length === 'number') return ': try Array.from';
  return nJobs === undefined ? '' : ': `nJobs` stands among the other options, in one object';
}

/**
 * Checks that the results of so many jobs are as many as the output has rows.
 *
 * @throws JobRunnerError `INVALID_OPTION`.
 */
export function checkOutputHolds({ shape, array }: CheckedOutput, count: number): void {
  const rows = shape === undefined ? array?.length : shape[0];
  if (rows === undefined || rows === count) return;
  const what =
    array === undefined
      ? `outputShape ${show(shape)}`
      : `the output, of ${shape ? `shape ${show(shape)}` : `length ${rows}`},`;
  throw new JobRunnerError(
    'INVALID_OPTION',
    `${what} is for ${rows} jobs, and there are ${count}: the first dimension is the number of jobs`,
  );
}

/** How many inputs there are, as far as that is known without reading them. */
function countOf(inputs: RunInputs): number | undefined {
  if (isSharedArray(inputs)) return inputs.length;
  if (Array.isArray(inputs) || dtypeOf(inputs) !== undefined) return lengthOf(inputs as readonly unknown[]);
  return inputs instanceof Set || inputs instanceof Map ? inputs.size : undefined;
}

/** Asking a Proxy runs code of its own. */
function lengthOf(inputs: readonly unknown[]): number {
  try {
    return inputs.length;
  } catch (cause) {
    throw inputsFailed(cause);
  }
}

/** Fills in defaults, and checks what options say about each other. */
function settle(given: RunOptions & StreamRunOptions, count: number | undefined): CheckedRunOptions {
  const { returnExceptions: returnsExceptions = false } = given;
  if (returnsExceptions && given.reraiseExceptions) {
    throw new JobRunnerError(
      'INVALID_OPTION',
      '`returnExceptions: true` captures failures, so `reraiseExceptions: true` cannot hold as well',
    );
  }
  const capturesExceptions = returnsExceptions || given.reraiseExceptions === false;
  const errorValue = Object.hasOwn(given, 'errorValue') ? given.errorValue : Number.NaN;
  const output = outputOf(given);
  if (output !== undefined && count !== undefined) checkOutputHolds(output, count);
  if (output !== undefined && capturesExceptions && !fits(output.dtype, errorValue)) {
    throw new JobRunnerError(
      'INVALID_OPTION',
      `a failed job leaves ${show(errorValue)} in its place, which ${output.dtype} cannot hold: give an \`errorValue\` that fits`,
    );
  }
  return {
    progress: given.progress,
    logLevel: given.logLevel ?? 'warn',
    spread: given.spread ?? false,
    signal: given.signal,
    output,
    costOf: given.costOf as CostOf | undefined,
    capturesExceptions,
    returnsExceptions,
    errorValue,
    timeout: given.timeout,
    retries: retriesOf(given),
    ordered: given.ordered ?? false,
    maxInFlight: inFlightOf(given.maxInFlight),
  };
}

function outputOf({
  output: array,
  outputDtype: dtype,
  outputShape: shape,
}: RunOptions): CheckedOutput | undefined {
  if (array !== undefined) {
    if (dtype !== undefined || shape !== undefined) {
      throw new JobRunnerError(
        'INVALID_OPTION',
        '`output` says what results are written into, so there is nothing left for `outputDtype` and `outputShape` to say',
      );
    }
    if (isSharedArray(array)) return { dtype: array.dtype, shape: array.shape, array };
    return { dtype: dtypeOf(array)!, shape: undefined, array };
  }
  if (dtype !== undefined) return { dtype, shape: shape && [...shape], array };
  if (shape === undefined) return undefined;
  throw new JobRunnerError('INVALID_OPTION', `\`outputShape\` ${show(shape)} needs an \`outputDtype\` too`);
}

function isOutputArray(value: unknown): boolean {
  const isShared = (value as { buffer?: unknown } | undefined)?.buffer instanceof SharedArrayBuffer;
  return isSharedArray(value) || (dtypeOf(value) !== undefined && isShared);
}

const ALWAYS = (): boolean => true;

function retriesOf({ retries = 0, maxDeaths = 2 }: RunOptions): RetryPolicy {
  const given =
    typeof retries === 'number'
      ? { limit: retries }
      : readOptions<RetryOptions>(retries, RETRY_OPTIONS, 'retries');
  const { limit, delay = 0, backoff = 1, when = ALWAYS } = given;
  if (limit === undefined) throw new JobRunnerError('INVALID_OPTION', '`retries` needs a `limit`');
  return { limit, delay, backoff, when, maxDeaths };
}

function inFlightOf(maxInFlight: StreamRunOptions['maxInFlight']): CheckedRunOptions['maxInFlight'] {
  const given =
    typeof maxInFlight === 'object'
      ? readOptions<{ jobs?: number; bytes?: number }>(maxInFlight, IN_FLIGHT, 'maxInFlight')
      : { jobs: maxInFlight, bytes: undefined };
  return { jobs: given.jobs ?? STREAMED_AHEAD, bytes: given.bytes ?? Number.POSITIVE_INFINITY };
}

/** By its ways, because test environments bring a class of their own. */
function isAbortSignal(value: unknown): boolean {
  const { aborted, addEventListener } = (value ?? {}) as Partial<AbortSignal>;
  return typeof aborted === 'boolean' && typeof addEventListener === 'function';
}

function oneOf(names: readonly string[]): string {
  return `one of ${names.map((name) => `'${name}'`).join(', ')}`;
}
