import { format } from 'node:util';
import { isShown, type LogLevel, type LogRecord } from '../protocol/log-record.ts';

/**
 * Says something from inside a job; place and worker are added. Arguments as for `console.log`.
 *
 * Whether it is shown is up to the run's `logLevel`, `'warn'` unless it says otherwise. Outside of a run, as when a
 * test calls the function, warnings and errors go to stderr.
 */
export interface Log {
  debug(...message: readonly unknown[]): void;
  info(...message: readonly unknown[]): void;
  warn(...message: readonly unknown[]): void;
  error(...message: readonly unknown[]): void;
}

/** Where a lane wants its jobs' lines. What its `logLevel` hides is not even formatted. */
export interface LogSink {
  readonly logLevel: LogLevel;
  write(record: LogRecord): void;
}

// Two copies of the package can meet in one thread: the one that runs the lane, and the one that the job imports.
const SINK: unique symbol = Symbol.for('parajob.log') as never;
const lane = globalThis as { [SINK]?: LogSink | undefined };

/** The sink of the lane that is running in this thread. */
export function getLogSink(): LogSink | undefined {
  return lane[SINK];
}

/**
 * Sends what jobs of this thread say to `sink`, or back to stderr. A lane puts back what it found: an inline run
 * can take place inside a job of another.
 */
export function setLogSink(sink: LogSink | undefined): void {
  lane[SINK] = sink;
}

const stderr: LogSink = {
  logLevel: 'warn',
  write: ({ level, message }) => void process.stderr.write(`[${level}] ${message}\n`),
};

function logAt(level: LogRecord['level']): (...message: readonly unknown[]) => void {
  return (...message) => {
    const sink = getLogSink() ?? stderr;
    if (isShown(level, sink.logLevel)) sink.write({ level, message: format(...message) });
  };
}

/**
 * The log of plain functions; a {@link ParallelWorker} has it as `this.log`.
 *
 * @example
 * import { log } from 'parajob';
 *
 * export function power(samples: Float64Array): number {
 *   if (samples.length === 0) log.warn('no samples');
 *   return samples.reduce((sum, x) => sum + x * x, 0);
 * }
 */
export const log: Log = {
  debug: logAt('debug'),
  info: logAt('info'),
  warn: logAt('warn'),
  error: logAt('error'),
};
