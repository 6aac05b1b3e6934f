import { isShown, type LogLevel, type LogRecord } from '../protocol/log-record.ts';
import type { Clock } from './clock.ts';
import { formatLogRecord } from './format.ts';
import { Pace, type Standing } from './pace.ts';
import type { Reporter, RunProgress } from './reporter.ts';
import type { Screen } from './screen.ts';

/** What every reporter is made with. */
export interface ReporterContext {
  readonly screen: Screen;
  readonly logLevel: LogLevel;
  readonly clock: Clock;
}

/** Between two looks at a run, in milliseconds: ten a second is as fast as figures can be read. */
const LOOK_EVERY = 100;
/** A timer may come a little early; it should not have to wait for the next one because of that. */
const TOO_EARLY = 80;

/** Looks at a run now and then, by timer and between jobs, and shows log lines. What it does with a look is up to the subclass. */
export abstract class WatchingReporter implements Reporter {
  protected readonly context: ReporterContext;
  #watch: { readonly read: () => RunProgress; readonly pace: Pace; readonly stop: () => void } | undefined;
  #lookedAt = 0;

  constructor(context: ReporterContext) {
    this.context = context;
  }

  start(read: () => RunProgress): void {
    const { clock } = this.context;
    this.#lookedAt = clock.now();
    const stop = clock.every(LOOK_EVERY, () => this.tick());
    this.#watch = { read, pace: new Pace(this.#lookedAt), stop };
    this.#look(this.#lookedAt);
  }

  tick(): void {
    const now = this.context.clock.now();
    if (now - this.#lookedAt >= TOO_EARLY) this.#look(now);
  }

  log(record: LogRecord): void {
    const { screen, logLevel } = this.context;
    if (isShown(record.level, logLevel)) screen.print(formatLogRecord(record));
  }

  finish(ending: 'fulfilled' | 'rejected'): void {
    if (!this.#watch) return;
    const { read, pace, stop } = this.#watch;
    stop();
    this.#watch = undefined;
    this.lookBack(pace.observe(this.context.clock.now(), read()), ending);
  }

  protected abstract look(standing: Standing): void;

  /** The last look, when the run is over. */
  protected abstract lookBack(standing: Standing, ending: 'fulfilled' | 'rejected'): void;

  #look(now: number): void {
    this.#lookedAt = now;
    if (this.#watch) this.look(this.#watch.pace.observe(now, this.#watch.read()));
  }
}
