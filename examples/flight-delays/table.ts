import type { Estimate } from './estimates.ts';

const CHART_WIDTH = 40;

/** One line an hour: the numbers, and the interval drawn on a scale of minutes. */
export function table(estimates: readonly Estimate[]): string {
  const most = Math.max(...estimates.map(({ interval }) => interval[1]));
  const step = [10, 20, 30, 60, 120, 240].find((minutes) => most / minutes <= 6) ?? 480;
  const scale = CHART_WIDTH / (Math.ceil(most / step) * step);
  const ticks = Array.from({ length: Math.ceil(most / step) + 1 }, (_, i) => i * step);
  const axis = ticks.reduce((line, tick) => line.padEnd(Math.round(tick * scale)) + tick, '');
  return [
    '  hour   flights   late by  95 % interval  if flights were   minutes late',
    `                                         independent       ${axis}`,
    ...estimates.map(({ hour, flights, minutes, interval, naiveInterval }) =>
      [
        `${hour}`.padStart(4),
        ' h',
        flights.toLocaleString('en').padStart(10),
        `${minutes} min`.padStart(10),
        range(interval).padStart(15),
        range(naiveInterval).padStart(15),
        '    ',
        whiskers(minutes, interval, scale),
      ].join(''),
    ),
  ].join('\n');
}

function range([low, high]: readonly [number, number]): string {
  return `${low} to ${high}`;
}

/** `├─●──┤`, with the ends where the interval ends. */
function whiskers(minutes: number, [low, high]: readonly [number, number], scale: number): string {
  const column = (value: number) => Math.max(0, Math.round(value * scale));
  const cells: string[] = Array.from({ length: column(high) + 1 }, (_, i) => (i < column(low) ? ' ' : '─'));
  cells[column(low)] = '├';
  cells[column(high)] = '┤';
  cells[column(minutes)] = '●';
  return cells.join('');
}
