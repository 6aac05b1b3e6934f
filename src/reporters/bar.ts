import { createRequire } from 'node:module';
import type { Standing } from './pace.ts';
import type { Row } from './screen.ts';
import { type ReporterContext, WatchingReporter } from './watching-reporter.ts';
import { progressRow } from './wording.ts';

export interface BarStyle {
  readonly label: string | undefined;
  /** Whether the bar stays on the terminal when the run is over. */
  readonly leave: boolean;
  /** Nobody asked for this bar: it waits half a second, and for a terminal without other bars. */
  readonly unasked: boolean;
}

const PATIENCE_SECONDS = 0.5;

/** Progress for a person at a terminal. */
export class BarReporter extends WatchingReporter {
  readonly #style: BarStyle;
  #row: Row | undefined;

  constructor(context: ReporterContext, style: BarStyle) {
    super(context);
    this.#style = style;
  }

  protected override look(standing: Standing): void {
    const { screen } = this.context;
    const { unasked } = this.#style;
    if (!this.#row && unasked && (standing.elapsed < PATIENCE_SECONDS || screen.isTaken)) return;
    this.#row ??= screen.addRow();
    this.#row.draw(this.#text(standing));
  }

  protected override lookBack(standing: Standing, ending: 'fulfilled' | 'rejected'): void {
    this.#row?.remove(this.#style.leave ? this.#text(standing, ending) : undefined);
  }

  #text(standing: Standing, ending?: 'fulfilled' | 'rejected'): string {
    const layout = { label: this.#style.label, width: this.context.screen.width, drawBar };
    return progressRow(standing, layout, ending);
  }
}

/**
 * The look is cli-progress's, the drawing is not: its bars jump back to an absolute position when they stop, over the lines
 * printed meanwhile, and live on timers that keep the process alive and that fake timers replace.
 */
function drawBar(fraction: number, size: number): string {
  const { Format, Presets } = loadCliProgress();
  const { barCompleteChar, barIncompleteChar } = speaksUnicode() ? Presets.shades_classic : Presets.legacy;
  return Format.BarFormat(fraction, {
    barsize: size,
    barCompleteString: barCompleteChar.repeat(size),
    barIncompleteString: barIncompleteChar.repeat(size),
    barGlue: '',
    align: 'left',
  });
}

let cliProgress: typeof import('cli-progress') | undefined;

/** On first use, and with `require`: a loop that is busy would not let an `import()` arrive. */
function loadCliProgress(): typeof import('cli-progress') {
  cliProgress ??= createRequire(import.meta.url)('cli-progress') as typeof import('cli-progress');
  return cliProgress;
}

function speaksUnicode(): boolean {
  const { LC_ALL, LC_CTYPE, LANG } = process.env;
  return process.platform === 'win32' || /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
}
