/**
 * What went wrong, in a word that programs can test. Messages may change between versions; codes do not.
 */
export type ErrorCode =
  | 'INVALID_WORKER'
  | 'WORKER_NOT_LOCATED'
  | 'WORKER_NOT_PORTABLE'
  | 'WORKER_NOT_LOADED'
  | 'WORKER_NOT_CONSTRUCTED'
  | 'INVALID_OPTION'
  | 'INVALID_INPUTS'
  | 'INPUT_NOT_CLONEABLE'
  | 'INPUTS_FAILED'
  | 'RESULT_NOT_CLONEABLE'
  | 'RESULT_DOES_NOT_FIT'
  | 'INVALID_MAP_JOB'
  | 'JOB_FAILED'
  | 'WORKER_DIED'
  | 'JOB_TIMEOUT'
  | 'INIT_TIMEOUT'
  | 'EXIT_TIMEOUT'
  | 'SUBMIT_OUTSIDE_BLOCK'
  | 'NESTED_BLOCK'
  | 'RUNNER_CLOSED'
  | 'RUN_WHILE_LOADING'
  | 'THREAD_ENTRY_LOST'
  | 'INVALID_ARRAY'
  | 'LOCK_TAKEN'
  | 'LOCK_HOLDER_DIED'
  | 'FILE_NOT_READABLE';

/**
 * Thrown for everything that parajob itself has to say: bad options, a worker that cannot be loaded, inputs
 * that cannot cross. The subclasses carry more; `code` tells them apart without `instanceof`.
 *
 * @example
 * try { await runner.runJobs(inputs); }
 * catch (error) { if (error instanceof JobRunnerError && error.code === 'INVALID_INPUTS') showUsage(); }
 */
export class JobRunnerError extends Error {
  override readonly name: string = 'JobRunnerError';
  readonly code: ErrorCode;
  /** If it stopped a run: the results that there were by then. Where there is none, nothing or `errorValue`. */
  declare readonly results?: unknown;
  /** If it stopped a run: the places that had a result by then, in order. */
  declare readonly completed?: readonly number[];

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What a {@link JobError} knows beside its message. */
export interface JobErrorDetails {
  readonly place: number;
  readonly input: unknown;
  readonly workerId: number;
  readonly attempt: number;
}

/**
 * Thrown when a job failed, or collected when failures are captured: which job, with what input, and why.
 * `cause` is what the job threw, whatever it was.
 */
export class JobError extends JobRunnerError implements JobErrorDetails {
  override readonly name: string = 'JobError';
  /** Index of the input, and of the result it would have had. */
  readonly place: number;
  /** The input itself, as the caller gave it. */
  readonly input: unknown;
  /** Which of the run's workers ran it, from 0. */
  readonly workerId: number;
  /** 1 for the first try. */
  readonly attempt: number;

  constructor(
    message: string,
    details: JobErrorDetails,
    options?: ErrorOptions & { readonly code?: ErrorCode },
  ) {
    super(options?.code ?? 'JOB_FAILED', message, options);
    this.place = details.place;
    this.input = details.input;
    this.workerId = details.workerId;
    this.attempt = details.attempt;
  }
}

/** What a {@link WorkerDiedError} knows beside what every {@link JobError} does. */
export interface WorkerDeath {
  readonly exitCode: number | undefined;
  readonly outOfMemory: boolean;
  /** Places whose jobs may have left behind what ended the thread, when no job was running. */
  readonly candidates: readonly number[];
}

/**
 * Thrown when a thread ended while it ran a job: `process.exit`, out of memory, an exception outside the job's
 * own call. When no job was running, `place` is -1 and `candidates` names the jobs that may have caused it.
 */
export class WorkerDiedError extends JobError implements WorkerDeath {
  override readonly name: string = 'WorkerDiedError';
  readonly exitCode: number | undefined;
  readonly outOfMemory: boolean;
  readonly candidates: readonly number[];

  constructor(message: string, details: JobErrorDetails & WorkerDeath, options?: ErrorOptions) {
    super(message, details, { ...options, code: 'WORKER_DIED' });
    this.exitCode = details.exitCode;
    this.outOfMemory = details.outOfMemory;
    this.candidates = details.candidates;
  }
}

/** Thrown for a job that ran for longer than the run's `timeout`. Its thread was ended with it. */
export class JobTimeoutError extends JobError {
  override readonly name: string = 'JobTimeoutError';
  /** The limit, in milliseconds. */
  readonly timeout: number;

  constructor(
    message: string,
    details: JobErrorDetails & { readonly timeout: number },
    options?: ErrorOptions,
  ) {
    super(message, details, { ...options, code: 'JOB_TIMEOUT' });
    this.timeout = details.timeout;
  }
}
