import { formatCount, formatEstimate, formatPercent, formatRate, formatSeconds } from './format.ts';
import type { Standing } from './pace.ts';

/** Undefined while the run goes on. */
export type Ending = 'fulfilled' | 'rejected' | undefined;

/** `parajob: 400/1000 jobs (40 %), 12.3 s elapsed, about 19 s left, 33 jobs/s, 2 failed` */
export function progressLine(standing: Standing, ending?: Ending): string {
  const { total, done } = standing;
  const percent = total === undefined ? '' : ` (${formatPercent(done, total)})`;
  const jobs = `${jobsDone(standing)} jobs${percent}`;
  const elapsed = formatSeconds(standing.elapsed);
  const openings = {
    running: `${jobs}, ${elapsed} elapsed`,
    fulfilled: `${jobs} in ${elapsed}`,
    rejected: `stopped at ${jobs} after ${elapsed}`,
  };
  const left = timeLeft(standing, ending);
  const words = [
    openings[ending ?? 'running'],
    left && `about ${left}`,
    pace(standing, ending),
    failures(standing),
  ];
  return `parajob: ${words.filter(Boolean).join(', ')}`;
}

/** How the bar is laid out in its row. */
export interface RowLayout {
  readonly label: string | undefined;
  /** Columns that the row may fill. */
  readonly width: number;
  /** Draws `fraction` of a bar that is `size` columns wide. */
  readonly drawBar: (fraction: number, size: number) => string;
}

const WIDEST_BAR = 30;
const NARROWEST_BAR = 5;
const WIDEST_LABEL = 30;

/**
 * `label ██████████░░░░░  66 % | 660/1000 | 12.3 s | 7 s left | 33 jobs/s | 2 failed`: the bar takes what the words leave.
 * Without a total there is nothing to draw a bar of, and the counts stand alone.
 */
export function progressRow(standing: Standing, layout: RowLayout, ending?: Ending): string {
  const { total, done } = standing;
  const label = layout.label === undefined ? '' : `${oneLine(layout.label)} `;
  const elapsed = `${ending === 'rejected' ? 'stopped after ' : ''}${formatSeconds(standing.elapsed)}`;
  const words = [
    total === undefined ? '' : formatPercent(done, total).padStart(5),
    `${jobsDone(standing)}${total === undefined ? ' jobs' : ''}`,
    elapsed,
    timeLeft(standing, ending),
    pace(standing, ending),
    failures(standing),
  ];
  const text = words.filter(Boolean).join(' | ');
  const size = Math.min(WIDEST_BAR, layout.width - label.length - text.length - 1);
  const fraction = total === undefined || total === 0 ? 1 : Math.min(1, done / total);
  const bar = total === undefined || size < NARROWEST_BAR ? '' : `${layout.drawBar(fraction, size)} `;
  return `${label}${bar}${text}`.slice(0, layout.width);
}

function jobsDone({ total, done }: Standing): string {
  return total === undefined ? formatCount(done) : `${formatCount(done)}/${formatCount(total)}`;
}

function timeLeft({ secondsLeft }: Standing, ending: Ending): string {
  return ending || secondsLeft === undefined ? '' : `${formatEstimate(secondsLeft)} left`;
}

/** Of late while the run goes on, on average once it is over. */
function pace({ done, elapsed, jobsPerSecond }: Standing, ending: Ending): string {
  const rate = ending && elapsed > 0 ? done / elapsed : jobsPerSecond;
  return rate === undefined || done === 0 ? '' : formatRate(rate);
}

function failures({ failed }: Standing): string {
  return failed === 0 ? '' : `${formatCount(failed)} failed`;
}

function oneLine(label: string): string {
  const clean = label.replace(/\p{Cc}+/gu, ' ').trim();
  return clean.length <= WIDEST_LABEL ? clean : `${clean.slice(0, WIDEST_LABEL - 1)}…`;
}
