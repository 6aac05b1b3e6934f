import { inspect } from 'node:util';
import type { LaneEnding } from '../backends/backend.ts';
import {
  JobError,
  type JobErrorDetails,
  JobRunnerError,
  JobTimeoutError,
  WorkerDiedError,
} from '../errors.ts';

/** The error of a job that threw `cause`. */
export function jobFailed(details: JobErrorDetails, cause: unknown): JobError {
  const code = cause instanceof JobRunnerError ? cause.code : 'JOB_FAILED';
  return new JobError(`job ${details.place} failed: ${messageOf(cause)}`, details, { cause, code });
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : `it threw ${inspect(thrown)}`;
}

export type Death = Extract<LaneEnding, { type: 'died' }>;

/** The error of a job in which its worker's thread ended. */
export function diedInJob(details: JobErrorDetails, death: Death): WorkerDiedError {
  const { place, workerId, input } = details;
  const message = `job ${place} failed: worker ${workerId} ${howItDied(death)}; its input was ${preview(input)}`;
  return diedError(message, { ...details, candidates: [] }, death);
}

/** The error of a job that main has ended. */
export function timedOut(details: JobErrorDetails, timeout: number): JobTimeoutError {
  const message = `job ${details.place} failed: it ran for more than ${timeout} ms; its input was ${preview(details.input)}`;
  return new JobTimeoutError(message, { ...details, timeout });
}

/** The error of a run whose worker was not ready in time. */
export function tookTooLongToStart(workerId: number, initTimeout: number): JobRunnerError {
  return new JobRunnerError(
    'INIT_TIMEOUT',
    `worker ${workerId} was not ready for its first job after ${initTimeout} ms`,
  );
}

/** The error of a worker whose thread ended while no job was running. */
export function diedBetweenJobs(
  workerId: number,
  candidates: readonly number[],
  death: Death,
): WorkerDiedError {
  const left =
    candidates.length > 0
      ? `one of the jobs ${candidates.join(', ')} may have left behind`
      : 'an earlier job may have left behind';
  const message = `worker ${workerId} ${howItDied(death)}, while no job was running: something that ${left}`;
  return diedError(message, { place: -1, input: undefined, workerId, attempt: 1, candidates }, death);
}

/** The error of a worker whose thread ended again and again before its first job. */
export function diedAtStart(workerId: number, death: Death): WorkerDiedError {
  const message = `worker ${workerId} ${howItDied(death)} before its first job, while its module was loaded or its worker made`;
  return diedError(message, { place: -1, input: undefined, workerId, attempt: 1, candidates: [] }, death);
}

function howItDied({ error, exitCode, outOfMemory }: Death): string {
  if (outOfMemory) return 'ran out of memory';
  return exitCode === undefined ? `died: ${messageOf(error)}` : `exited with code ${exitCode}`;
}

function diedError(
  message: string,
  details: JobErrorDetails & { readonly candidates: readonly number[] },
  { error, exitCode, outOfMemory }: Death,
): WorkerDiedError {
  // An exit is told by its code; there is no error to show.
  const cause = exitCode === undefined ? { cause: error } : undefined;
  return new WorkerDiedError(message, { ...details, exitCode, outOfMemory }, cause);
}

function preview(input: unknown): string {
  const text = inspect(input, {
    depth: 1,
    maxArrayLength: 5,
    maxStringLength: 60,
    breakLength: Number.POSITIVE_INFINITY,
  });
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
