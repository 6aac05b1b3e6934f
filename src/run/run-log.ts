import type { JobError } from '../errors.ts';
import type { LogRecord } from '../protocol/log-record.ts';

/** What the log says of a failure that is captured. */
export function failureRecord({ cause, message, place, workerId }: JobError): LogRecord {
  const trace = cause instanceof Error && cause.stack !== undefined ? `\n${cause.stack}` : '';
  return { level: 'error', message: message + trace, place, workerId };
}

/** What it says of those that are too many to be told one by one. */
export function moreFailed(more: number): LogRecord | undefined {
  if (more <= 0) return undefined;
  return { level: 'error', message: `${more} more ${more === 1 ? 'job' : 'jobs'} failed` };
}

/** What it says of a run whose jobs were too short for threads. */
export function slowerThanALoop(
  nJobs: number | undefined,
  took: number,
  worked: number,
): LogRecord | undefined {
  if (worked <= 0 || took <= worked) return undefined;
  return {
    level: 'info',
    message: `${nJobs} jobs took ${took.toFixed(1)} ms in threads; a plain loop would have taken about ${worked.toFixed(1)} ms`,
  };
}
