/**
 * How a run shows its progress, always on stderr.
 *
 * - not given: a bar, if stderr is a terminal, once the run has lasted half a second and if no other bar is shown;
 * - `true`: a bar at once on a terminal, lines elsewhere;
 * - `'bar'`: a bar at once on a terminal, nothing elsewhere;
 * - `'log'`: lines everywhere, a few a minute at most;
 * - `false`: nothing;
 * - `{ label, leave }`: a bar at once on a terminal, which may stand below the bar of an outer run;
 * - a bar of cli-progress, which is advanced by one for each job.
 *
 * @example
 * for (const file of files) {
 *   await runner.runJobs(read(file), { progress: { label: file, leave: false } });
 * }
 */
export type ProgressOption = boolean | 'bar' | 'log' | ProgressBarOptions | ProgressBarLike;

/** A bar with a name of its own. */
export interface ProgressBarOptions {
  /** Stands before the bar. */
  readonly label?: string;
  /**
   * Whether the bar stays when the run is over; in nested loops the inner ones should go.
   * @defaultValue true
   */
  readonly leave?: boolean;
}

/**
 * A `SingleBar` of cli-progress, or one bar of a `MultiBar`. A run advances it by one for each job, from where it stands; sets its
 * total only if that is 0; and leaves it running. A `SingleBar` that has not been started is started, and stopped after the run.
 * With several bars, give their `MultiBar` `forceRedraw: true`: otherwise a line printed above them hides those that do not move.
 *
 * @example
 * const bars = new MultiBar({ forceRedraw: true });
 * const bar = bars.create(inputs.length, 0);
 * await runner.runJobs(inputs, { progress: bar });
 * bars.stop();
 */
export interface ProgressBarLike {
  increment(step: number): void;
  getTotal(): number;
  setTotal(total: number): void;
  readonly isActive?: boolean;
  start?(total: number, startValue: number): void;
  stop?(): void;
}

export function isProgressOption(value: unknown): value is ProgressOption {
  if (typeof value === 'boolean' || value === 'bar' || value === 'log') return true;
  if (typeof value !== 'object' || value === null) return false;
  return isProgressBarLike(value) || isProgressBarOptions(value);
}

export function isProgressBarLike(value: object): value is ProgressBarLike {
  return (['increment', 'getTotal', 'setTotal'] as const).every(
    (method) => method in value && typeof (value as ProgressBarLike)[method] === 'function',
  );
}

function isProgressBarOptions(value: object): value is ProgressBarOptions {
  if (Array.isArray(value) || !Object.keys(value).every((key) => key === 'label' || key === 'leave'))
    return false;
  const { label, leave } = value as ProgressBarOptions;
  return (
    (label === undefined || typeof label === 'string') && (leave === undefined || typeof leave === 'boolean')
  );
}
