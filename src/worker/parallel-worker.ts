import { type Log, log } from './log.ts';

/** What `mapJob` gets: an input, and the place keeper of its result. */
export interface Job<Input = unknown> {
  /** Index of the input, and of its result. */
  readonly place: number;
  readonly input: Input;
  /** 1 for the first try; more when the run has `retries`. */
  readonly attempt: number;
}

/** What `mapJob` returns: the arguments of `paraMethod`, with the place they belong to. */
export interface MappedJob {
  readonly place: number;
  readonly args: readonly unknown[];
}

// Two copies of the package can meet in one process, and a class of one is a worker to the other. So both are
// known by these marks, never by `instanceof` or identity.
const WORKER: unique symbol = Symbol.for('parajob.ParallelWorker') as never;
const DEFAULT_MAP_JOB: unique symbol = Symbol.for('parajob.defaultMapJob') as never;

/**
 * The base of workers that keep something between jobs, or that turn a job into arguments: extend it, write
 * `paraMethod`, and hand the class to a {@link JobRunner}. There is one instance per runner and thread, for as long as
 * the functions of the script that it uses stay the same.
 *
 * Inputs are typed by the `Job<...>` that `mapJob` takes, else by the parameter of `paraMethod`; outputs by what
 * `paraMethod` returns.
 *
 * @example
 * class Band extends ParallelWorker {
 *   readonly recording: SharedArray<'float64'>;
 *   constructor(recording: SharedArray<'float64'>) {
 *     super();
 *     this.recording = recording;
 *   }
 *   mapJob({ place, input }: Job<{ channel: number; ddof: number }>) {
 *     this.log.info(`channel ${input.channel}`);
 *     return { place, args: [this.recording.row(input.channel), input.ddof] };
 *   }
 *   paraMethod(samples: Float64Array, ddof: number) {
 *     return power(samples, ddof);
 *   }
 * }
 * const powers = await new JobRunner(Band, { workerArgs: [recording] }).runJobs(channels);
 */
export abstract class ParallelWorker {
  static {
    Object.defineProperty(ParallelWorker.prototype, WORKER, { value: true });
    Object.defineProperty(ParallelWorker.prototype.mapJob, DEFAULT_MAP_JOB, { value: true });
  }

  /** Which of the run's workers this is, from 0. Known from `init` on; 0 while the constructor runs. */
  readonly workerId: number = 0;

  /** Says something with the job's place and the worker's id: shown from the run's `logLevel` up. */
  get log(): Log {
    return log;
  }

  /**
   * Turns a job into the arguments of `paraMethod`. May be async. Without it, the input is the one argument.
   *
   * The parameter is `Job<never>` here because that lets a subclass ask for any `Job<...>`, and still tells the
   * compiler whether one has.
   */
  mapJob(job: Job<never>): MappedJob | Promise<MappedJob> {
    return { place: job.place, args: [job.input] };
  }

  /** The job itself. May be async. What it returns is the result in the job's place. */
  abstract paraMethod(...args: never): unknown;

  /** Called once in each thread before its first job; awaited. */
  init?(): unknown;

  /**
   * Called when the runner is done with the worker; awaited, for ten seconds at most. What it returns is in the
   * runner's `exitResults`.
   */
  exit?(): unknown;
}

/** Whether a value is a class made by extending ParallelWorker, or ParallelWorker itself. */
export function isWorkerClass(value: unknown): value is new (...args: never) => ParallelWorker {
  return typeof value === 'function' && Boolean(value.prototype?.[WORKER]);
}

/**
 * Whether a worker class can have a `paraMethod`. One that is a field shows only in an instance; until there is one,
 * its name in the text of the class has to do.
 */
export function mentionsParaMethod(worker: new (...args: never) => ParallelWorker): boolean {
  if ('paraMethod' in worker.prototype) return true;
  let made: typeof worker = worker;
  while (!Object.hasOwn(made.prototype, WORKER)) {
    if (/\bparaMethod\b/.test(Function.prototype.toString.call(made))) return true;
    made = Object.getPrototypeOf(made) as typeof worker;
  }
  return false;
}

/** Whether a worker maps its jobs. If not, the input is the one argument, and `mapJob` need not be called. */
export function hasOwnMapJob({ mapJob }: ParallelWorker): boolean {
  return !(DEFAULT_MAP_JOB in mapJob);
}

/** Whether a function can only be called with `new`. */
export function isClass(fn: (...args: never) => unknown): boolean {
  return /^class\b/.test(Function.prototype.toString.call(fn));
}
