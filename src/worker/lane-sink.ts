import { NO_PLACE } from '../ledger/layout.ts';
import { isShown, type LogLevel, type LogRecord } from '../protocol/log-record.ts';
import type { LaneStart } from '../protocol/messages.ts';
import type { LaneLink } from './lane-link.ts';
import type { LogSink } from './log.ts';

/** Sends what a lane's worker says to main, with the job that said it. */
export class LaneSink implements LogSink {
  readonly logLevel: LogLevel;
  readonly #workerId: number;
  readonly #link: LaneLink;
  /** The place whose job is running; none while the worker is made. */
  placeOf: () => number = () => NO_PLACE;

  constructor({ lane, logLevel }: LaneStart, link: LaneLink) {
    this.logLevel = logLevel;
    this.#workerId = lane;
    this.#link = link;
  }

  write(record: LogRecord): void {
    if (!isShown(record.level, this.logLevel)) return;
    const place = this.placeOf();
    const where = place === NO_PLACE ? { workerId: this.#workerId } : { workerId: this.#workerId, place };
    this.#link.post({ type: 'log', record: { ...record, ...where } });
  }
}
