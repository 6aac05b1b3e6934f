import type { LogLevel } from '../../src/protocol/log-record.ts';
import type { Clock } from '../../src/reporters/clock.ts';
import { createReporter } from '../../src/reporters/create-reporter.ts';
import type { ProgressOption } from '../../src/reporters/progress-option.ts';
import type { Reporter, RunProgress } from '../../src/reporters/reporter.ts';
import type { FakeTerminal } from './fake-terminal.ts';

/** Time that passes when it is told to. */
export class FakeClock implements Clock {
  #now = 1_000_000;
  #timers = new Map<() => void, { every: number; next: number }>();

  now(): number {
    return this.#now;
  }

  every(milliseconds: number, action: () => void): () => void {
    this.#timers.set(action, { every: milliseconds, next: this.#now + milliseconds });
    return () => this.#timers.delete(action);
  }

  get timers(): number {
    return this.#timers.size;
  }

  /** As it is in a loop that never gives way to timers. */
  passBusily(milliseconds: number): void {
    this.#now += milliseconds;
  }

  pass(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const due = [...this.#timers].filter(([, { next }]) => next <= end);
      const first = due.sort(([, a], [, b]) => a.next - b.next)[0];
      if (!first) break;
      const [action, timer] = first;
      this.#now = timer.next;
      timer.next += timer.every;
      action();
    }
    this.#now = end;
  }
}

export interface FakeRun {
  readonly reporter: Reporter;
  readonly clock: FakeClock;
  /** Lets time pass, then has this many more jobs done. */
  advance(milliseconds: number, jobs: number, failed?: number): void;
}

/** A run that has started, of which nothing but its progress is real. */
export function startRun(
  terminal: FakeTerminal,
  progress: ProgressOption | undefined,
  {
    total,
    clock = new FakeClock(),
    logLevel = 'warn',
  }: { total?: number; clock?: FakeClock; logLevel?: LogLevel } = {},
): FakeRun {
  let run: RunProgress = { total, done: 0, failed: 0 };
  const reporter = createReporter({ progress, logLevel, stream: terminal, clock });
  reporter.start(() => run);
  return {
    reporter,
    clock,
    advance(milliseconds, jobs, failed = 0) {
      run = { total, done: run.done + jobs, failed: run.failed + failed };
      clock.pass(milliseconds);
    },
  };
}
