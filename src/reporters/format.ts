import type { LogRecord } from '../protocol/log-record.ts';

/** `0.04` as `40 ms`, `3.42` as `3.4 s`, `125` as `2:05`, `3725` as `1:02:05`. */
export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  if (seconds < 0.0995) return `${Math.round(seconds * 1000)} ms`;
  const tenths = Math.round(seconds * 10);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`;
  const whole = Math.round(seconds);
  const parts = [Math.floor(whole / 60) % 60, whole % 60];
  const hours = Math.floor(whole / 3600);
  if (hours > 0) parts.unshift(hours);
  return parts.map((part, index) => (index === 0 ? part : String(part).padStart(2, '0'))).join(':');
}

/** An estimate, without the decimals that it does not have: `18 s`, `2:05`. */
export function formatEstimate(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole} s` : formatSeconds(whole);
}

/** Exact below a hundred thousand; above, rounded down, so that a count is never ahead of the run. */
export function formatCount(count: number): string {
  return count < 100_000 ? String(count) : scaled(count, Math.floor);
}

/** `1.2 M jobs/s`, `33 jobs/s`; below one a second turned round: `3.4 s/job`. */
export function formatRate(jobsPerSecond: number): string {
  if (jobsPerSecond > 0 && jobsPerSecond < 0.95) return `${formatSeconds(1 / jobsPerSecond)}/job`;
  return `${scaled(jobsPerSecond, Math.round)} jobs/s`;
}

/** Rounded down: 100 is said only when everything is done. */
export function formatPercent(done: number, total: number): string {
  return `${total === 0 ? 100 : Math.floor((100 * done) / total)} %`;
}

/** `[warn] worker 1, job 8: message`, leaving out what is not known. */
export function formatLogRecord({ level, message, workerId, place }: LogRecord): string {
  const speaker = [
    workerId === undefined ? '' : `worker ${workerId}`,
    place === undefined ? '' : `job ${place}`,
  ].filter(Boolean);
  return `[${level}] ${speaker.length > 0 ? `${speaker.join(', ')}: ` : ''}${message}`;
}

const UNITS = ['', ' k', ' M', ' G', ' T'] as const;

/** One decimal below ten, none above: `1.2 M`, `33`, `940 k`. */
function scaled(value: number, round: (value: number) => number): string {
  let unit = 0;
  let rest = value;
  for (; unit < UNITS.length - 1 && round(rest) >= 1000; unit++) rest /= 1000;
  const shown = round(rest * 10) < 100 ? round(rest * 10) / 10 : round(rest);
  return `${shown}${UNITS[unit]}`;
}
