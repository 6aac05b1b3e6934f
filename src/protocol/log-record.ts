/** From the most to the least talkative. `silent` shows nothing. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** One line that a job, or the runner itself, wants a person to see. */
export interface LogRecord {
  readonly level: Exclude<LogLevel, 'silent'>;
  readonly message: string;
  /** The job that said it; absent when no job was running, or when the runner speaks. */
  readonly place?: number;
  /** The worker it ran in; absent when the runner speaks. */
  readonly workerId?: number;
}

/** Whether something said at `level` is shown when `threshold` and everything above it is. */
export function isShown(level: LogLevel, threshold: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(threshold);
}
