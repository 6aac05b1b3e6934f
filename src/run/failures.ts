import { inspect } from 'node:util';
import type { LaneEnding } from '../backends/backend.ts';
import { JobError, type JobErrorDetails, JobRunnerError, WorkerDiedError } from '../errors.ts';

/** The error of a job that threw `cause`. */
export function jobFailed(details: JobErrorDetails, cause: unknown): JobError {
  const code = cause instanceof JobRunnerError ? cause.code : 'JOB_FAILED';
  return new JobError(`job ${details.place} failed: ${messageOf(cause)}`, details, { cause, code });
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : `it threw ${inspect(thrown)}`;
}

/** The error of a worker whose thread has ended: that of the job it was running, or of no job. */
export function deathOf(
  workerId: number,
  place: number | undefined,
  input: unknown,
  { error, exitCode, outOfMemory }: Extract<LaneEnding, { type: 'died' }>,
): WorkerDiedError {
  const how = outOfMemory
    ? 'ran out of memory'
    : exitCode === undefined
      ? `died: ${messageOf(error)}`
      : `exited with code ${exitCode}`;
  const details = { workerId, attempt: 1, exitCode, outOfMemory };
  // What ended it is told by the words above where it was an exit; there is no error to show then.
  const cause = exitCode === undefined ? { cause: error } : undefined;
  if (place === undefined) {
    const message = `worker ${workerId} ${how}, while no job was running: something an earlier job had left behind`;
    return new WorkerDiedError(message, { ...details, place: -1, input: undefined, candidates: [] }, cause);
  }
  const message = `job ${place} failed: worker ${workerId} ${how}; its input was ${preview(input)}`;
  return new WorkerDiedError(message, { ...details, place, input, candidates: [] }, cause);
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
