import type { DType } from './arrays/dtype.ts';
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
  /** Ends the run when aborted: it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What one run does with its inputs and results. */
export interface RunOptions extends StreamOptions {
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
}

/** Options of a run without inputs. */
export interface Counted {
  /** So many jobs, 2^31 - 1 at most; the input of each is its place, from 0. In place of inputs, not beside them. */
  readonly nJobs: number;
}

/** {@link RunOptions} of `runJobs({ nJobs })`. */
export interface CountedRunOptions extends RunOptions, Counted {}

/** {@link StreamOptions} of `stream({ nJobs })`. */
export interface CountedStreamOptions extends StreamOptions, Counted {}

/** No options at all. */
export type NoOptions = Record<never, never>;
