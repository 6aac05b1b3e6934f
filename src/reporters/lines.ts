import type { Standing } from './pace.ts';
import { WatchingReporter } from './watching-reporter.ts';
import { progressLine } from './wording.ts';

const FIRST_AFTER_SECONDS = 1;
const NEXT_AFTER_SECONDS = 10;
/** Services that run builds take a job that is silent for much longer as dead. */
const LONGEST_SILENCE_SECONDS = 300;

/** Progress for a file or the log of a build: a line now and then, and one at the end. */
export class LinesReporter extends WatchingReporter {
  #last: Standing | undefined;

  protected override look(standing: Standing): void {
    if (!isLineDue(standing, this.#last)) return;
    this.#last = standing;
    this.context.screen.print(progressLine(standing));
  }

  protected override lookBack(standing: Standing, ending: 'fulfilled' | 'rejected'): void {
    this.context.screen.print(progressLine(standing, ending));
  }
}

/** After ten seconds and another tenth of the jobs, whichever is later; without a total, when the time has doubled. */
export function isLineDue(now: Standing, last: Standing | undefined): boolean {
  if (!last) return now.elapsed >= FIRST_AFTER_SECONDS;
  const silence = now.elapsed - last.elapsed;
  if (silence < NEXT_AFTER_SECONDS) return false;
  if (silence >= LONGEST_SILENCE_SECONDS) return true;
  return now.total === undefined ? silence >= last.elapsed : (now.done - last.done) * 10 >= now.total;
}
