import { isShown } from '../protocol/log-record.ts';
import { formatLogRecord } from './format.ts';
import type { Reporter } from './reporter.ts';
import type { ReporterContext } from './watching-reporter.ts';

/** No progress; log lines all the same. */
export function createSilentReporter({ screen, logLevel }: Omit<ReporterContext, 'clock'>): Reporter {
  return {
    start() {},
    tick() {},
    log(record) {
      if (isShown(record.level, logLevel)) screen.print(formatLogRecord(record));
    },
    finish() {},
  };
}
