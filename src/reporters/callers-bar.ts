import { inspect } from 'node:util';
import type { Standing } from './pace.ts';
import type { ProgressBarLike } from './progress-option.ts';
import type { RunProgress } from './reporter.ts';
import type { Guest } from './screen.ts';
import { type ReporterContext, WatchingReporter } from './watching-reporter.ts';

/** Advances a bar that the caller made, and otherwise leaves it as it is. */
export class CallersBarReporter extends WatchingReporter {
  readonly #bar: ProgressBarLike;
  #needsTotal = false;
  #startedHere = false;
  #broken = false;
  #shown = 0;
  #dismissGuest: (() => void) | undefined;

  constructor(context: ReporterContext, bar: ProgressBarLike) {
    super(context);
    this.#bar = bar;
  }

  override start(read: () => RunProgress): void {
    const bar = this.#bar;
    this.#carefully(() => {
      this.#needsTotal = !(bar.getTotal() > 0);
      if (bar.isActive !== false || !bar.start) return;
      this.#startedHere = true;
      this.#needsTotal = true;
      bar.start(read().total ?? 0, 0);
    });
    if (this.context.screen.isTerminal) this.#dismissGuest = this.context.screen.addGuest(asGuest(bar));
    super.start(read);
  }

  protected override look({ total, done }: Standing): void {
    this.#carefully(() => {
      if (this.#needsTotal && total !== undefined && total !== this.#bar.getTotal())
        this.#bar.setTotal(total);
      if (done > this.#shown) this.#bar.increment(done - this.#shown);
      this.#shown = done;
    });
  }

  protected override lookBack(standing: Standing): void {
    this.look(standing);
    if (this.#startedHere) this.#carefully(() => this.#bar.stop?.());
    this.#dismissGuest?.();
  }

  /** A bar that throws is given up, once and aloud; the run goes on. */
  #carefully(use: () => void): void {
    if (this.#broken) return;
    try {
      use();
    } catch (error) {
      this.#broken = true;
      const reason = error instanceof Error ? error.message : inspect(error);
      this.log({ level: 'warn', message: `the progress bar that was handed in failed: ${reason}` });
    }
  }
}

/** What bars of cli-progress have beside their interface. Where something is missing, the bar may look torn for a moment. */
interface Internals {
  lastDrawnString?: string | null;
  readonly terminal?: {
    cursorRelativeReset?(): void;
    clearBottom?(): void;
    cursorSave?(): void;
  };
}

function asGuest(bar: ProgressBarLike): Guest {
  const internals = bar as Internals;
  return {
    hide() {
      internals.terminal?.cursorRelativeReset?.();
      internals.terminal?.clearBottom?.();
    },
    show() {
      // A SingleBar returns to the saved position when it stops.
      internals.terminal?.cursorSave?.();
      // It draws only what is new to it.
      if ('lastDrawnString' in internals) internals.lastDrawnString = null;
    },
  };
}
