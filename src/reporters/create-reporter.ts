import type { LogLevel } from '../protocol/log-record.ts';
import { BarReporter } from './bar.ts';
import { CallersBarReporter } from './callers-bar.ts';
import { type Clock, systemClock } from './clock.ts';
import type { OutputStream } from './divert-writes.ts';
import { LinesReporter } from './lines.ts';
import { isProgressBarLike, type ProgressOption } from './progress-option.ts';
import type { Reporter } from './reporter.ts';
import { screenOf } from './screen.ts';
import { createSilentReporter } from './silent.ts';

export interface CreateReporterOptions {
  /** Undefined is the default: a bar on a terminal, for runs that last. */
  readonly progress: ProgressOption | undefined;
  /** Log records from this level up are shown, whatever `progress` is. */
  readonly logLevel: LogLevel;
  /** @defaultValue process.stderr */
  readonly stream?: OutputStream;
  /** @defaultValue the system's */
  readonly clock?: Clock;
}

/** The one place that decides how a run is shown. */
export function createReporter(options: CreateReporterOptions): Reporter {
  const { progress, logLevel, stream = process.stderr, clock = systemClock } = options;
  const screen = screenOf(stream);
  const context = { screen, logLevel, clock };
  if (typeof progress === 'object' && isProgressBarLike(progress)) {
    return new CallersBarReporter(context, progress);
  }
  if (progress === 'log' || (progress === true && !screen.isTerminal)) return new LinesReporter(context);
  if (progress === false || !screen.isTerminal) return createSilentReporter(context);
  const { label, leave = true } = typeof progress === 'object' ? progress : {};
  return new BarReporter(context, { label, leave, unasked: progress === undefined });
}
