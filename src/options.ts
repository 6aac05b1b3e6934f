import type { DType, TypedArray } from './arrays/dtype.ts';
import type { SharedArray } from './arrays/shared-array.ts';
import type { JobError } from './errors.ts';
import type { LogLevel } from './protocol/log-record.ts';
import type { ProgressOption } from './reporters/progress-option.ts';

/** How a runner works, said once when it is made. */
export interface RunnerOptions<Args = readonly unknown[]> {
  /**
   * The most threads that a run may use. With 1 the run takes place in the calling thread, where a debugger's
   * breakpoints work: single-worker mode.
   *
   * The environment variable `PARAJOB_WORKERS` caps it for every runner of a process: `PARAJOB_WORKERS=1` puts a
   * whole program into single-worker mode.
   *
   * @defaultValue the cores that this process may use, a container's CPU quota counted
   */
  readonly nWorkers?: number | undefined;
  /**
   * With one worker, use a thread after all: the calling thread stays free.
   *
   * @defaultValue false
   */
  readonly singleJobInThread?: boolean | undefined;
  /**
   * What the constructor of a worker class gets, in each thread. Travels by value; shared arrays are shared.
   *
   * @example
   * new JobRunner(Band, { workerArgs: [recording] });
   */
  readonly workerArgs?: Readonly<Args> | undefined;
  /**
   * Node options of the threads, as for `new Worker` of `node:worker_threads`. A runner with options for its
   * threads has threads of its own; all others share theirs.
   *
   * @example
   * new JobRunner(parse, { execArgv: ['--import', './hooks.mjs'] });
   */
  readonly execArgv?: readonly string[] | undefined;
  /**
   * Environment variables of the threads, in place of those of the process.
   *
   * @defaultValue the process's own, shared
   */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * Memory limits of each thread in MB, as for `new Worker` of `node:worker_threads`. Shared arrays do not count.
   *
   * @example
   * new JobRunner(parse, { resourceLimits: { maxOldGenerationSizeMb: 512 } });
   */
  readonly resourceLimits?: ResourceLimits | undefined;
  /**
   * Milliseconds that a worker may take to be loaded, constructed and through `init`. A run whose worker takes longer
   * rejects with `INIT_TIMEOUT`.
   *
   * @defaultValue no limit
   */
  readonly initTimeout?: number | undefined;
  /**
   * After so many jobs a worker is replaced, thread and all: for libraries that leak. Between jobs, so none is lost.
   * Not in single-worker mode, which has no thread to replace.
   *
   * @defaultValue no limit
   */
  readonly maxJobsPerWorker?: number | undefined;
  /**
   * A worker whose thread uses more heap than this, in MB, is replaced once it is between jobs.
   *
   * @defaultValue no limit
   */
  readonly maxHeapPerWorker?: number | undefined;
}

/** Limits of a thread's own memory, in MB. */
export interface ResourceLimits {
  readonly maxOldGenerationSizeMb?: number | undefined;
  readonly maxYoungGenerationSizeMb?: number | undefined;
  readonly codeRangeSizeMb?: number | undefined;
  readonly stackSizeMb?: number | undefined;
}

/** What every way to run jobs can be told. */
export interface StreamOptions {
  /**
   * Whether and how progress is shown on stderr: `true` a bar at once, or lines where there is no terminal; `'log'`
   * lines; `{ label, leave }` a bar that can nest in another; or a bar of cli-progress, moved along as it is.
   *
   * @defaultValue a bar on a terminal once a run has lasted half a second, else nothing
   */
  readonly progress?: ProgressOption | undefined;
  /**
   * From which level on stderr shows what jobs say with `log`, and what the runner has to say.
   *
   * @defaultValue 'warn'
   */
  readonly logLevel?: LogLevel | undefined;
  /**
   * Each input is the list of arguments: `[2, 10]` calls `fn(2, 10)`.
   *
   * @defaultValue false
   *
   * @example
   * await new JobRunner(Math.pow).runJobs([[2, 10], [3, 2]], { spread: true }); //=> [1024, 9]
   */
  readonly spread?: boolean | undefined;
  /**
   * Ends the run when aborted: it rejects with the signal's reason, which then tells what there was by that time in
   * `results` and `completed`, if it is an object.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds that one job may run, in its worker, waiting for something included. A job that takes longer fails
   * with a {@link JobTimeoutError}, and its thread is ended and replaced: that is the only way to stop an endless
   * loop. In single-worker mode only jobs that wait can be stopped.
   *
   * @defaultValue no limit
   */
  readonly timeout?: number | undefined;
  /**
   * How often a failed job is tried again, or more about it. A job sees which try it is as `attempt` of its `Job`.
   *
   * @defaultValue 0
   *
   * @example
   * await runner.runJobs(urls, { retries: { limit: 3, delay: 100, backoff: 2, when: (error) => error.code !== 'JOB_TIMEOUT' } });
   */
  readonly retries?: number | RetryOptions | undefined;
  /**
   * With `retries`: a job that has ended its thread so many times is not tried again.
   *
   * @defaultValue 2
   */
  readonly maxDeaths?: number | undefined;
}

/** When a failed job is tried again. */
export interface RetryOptions {
  /** How often at the most, the first try not counted. */
  readonly limit: number;
  /**
   * Milliseconds before the second try.
   *
   * @defaultValue 0
   */
  readonly delay?: number | undefined;
  /**
   * The delay is multiplied by this for each further try.
   *
   * @defaultValue 1
   */
  readonly backoff?: number | undefined;
  /** Whether it is worth another try; `attempt` has just failed, counted from 1. What it throws ends the run, and so does a promise. */
  readonly when?: ((error: JobError, attempt: number) => boolean) | undefined;
}

/** What one stream does. */
export interface StreamRunOptions extends StreamOptions {
  /**
   * Outcomes in the order of their places, rather than as they come.
   *
   * @defaultValue false
   */
  readonly ordered?: boolean | undefined;
  /**
   * How many jobs may be under way or waiting for the loop, those behind a slow place counted; or also how many bytes
   * of typed arrays their outputs may hold.
   *
   * @defaultValue 256
   */
  readonly maxInFlight?:
    | number
    | { readonly jobs?: number | undefined; readonly bytes?: number | undefined }
    | undefined;
}

/** What one run does with its inputs and results. */
export interface RunOptions<Input = never> extends StreamOptions, CostHint<Input> {
  /**
   * Results are numbers of this kind, written into one typed array as they come. One that does not fit is its
   * job's error, never wrapped.
   *
   * @example
   * await runner.runJobs(arrays, { outputDtype: 'float64' }); //=> Float64Array
   */
  readonly outputDtype?: DType | undefined;
  /**
   * With `outputDtype`: the whole shape of the results, the number of jobs first. Each job gives one row, as a
   * typed array or an array of numbers, and the run gives a {@link SharedArray}.
   *
   * @example
   * await runner.runJobs(arrays, { outputDtype: 'float32', outputShape: [arrays.length, 128] });
   */
  readonly outputShape?: readonly number[] | undefined;
  /**
   * Captures failures, and resolves to `[results, exceptions]`: the {@link JobError}s, sorted by place.
   *
   * @defaultValue false
   */
  readonly returnExceptions?: boolean | undefined;
  /**
   * Whether the first failure stops the run and rejects it. With `false` all jobs are done, and a failed one leaves
   * `errorValue` in its place.
   *
   * @defaultValue true; false with `returnExceptions`
   */
  readonly reraiseExceptions?: boolean | undefined;
  /**
   * What a failed job leaves in its place when failures are captured. `undefined` counts if it is written down.
   *
   * @defaultValue NaN
   */
  readonly errorValue?: unknown;
  /**
   * Where results are written: shared memory of yours with a row for each job, in place of new memory with
   * `outputDtype` and `outputShape`. The run resolves to it. For runs in a loop, and for results that others read.
   *
   * @example
   * const powers = SharedArray.zeros('float32', [arrays.length, 128]);
   * for (const arrays of recordings) draw(await runner.runJobs(arrays, { output: powers }));
   */
  readonly output?: OutputArray | undefined;
}

/** In which order jobs start. */
export interface CostHint<Input> {
  /**
   * What a job costs, in any unit: the most expensive start first, so that no long one is left for the end. Results
   * are in the order of the inputs all the same. Called once for each input, in the calling thread, before the run;
   * inputs that come from an iterator are read to their end for it.
   *
   * @defaultValue jobs start in the order of the inputs
   *
   * @example
   * await runner.runJobs(recordings, { costOf: (recording) => recording.nSamples });
   */
  costOf?(input: Input): number;
}

/** Memory that results can be written into: all threads see it. */
export type OutputArray = SharedArray | TypedArray<SharedArrayBuffer>;

/** Options of a run without inputs. */
export interface Counted {
  /** So many jobs, 2^31 - 1 at most; the input of each is its place, from 0. In place of inputs, not beside them. */
  readonly nJobs: number;
}

/** {@link RunOptions} of `runJobs({ nJobs })`. */
export interface CountedRunOptions extends RunOptions<number>, Counted {}

/** {@link StreamOptions} of `stream({ nJobs })`. */
export interface CountedStreamOptions extends StreamRunOptions, Counted {}

/** No options at all. */
export type NoOptions = Record<never, never>;
