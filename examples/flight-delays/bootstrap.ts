/**
 * What the workers do: the day-by-day bootstrap of one quantile, for one hour of the day.
 *
 * A job draws as many days as there are, with replacement, and takes all flights of the drawn days in its hour; the
 * quantile of their delays is one replicate. Drawing single flights instead would pretend that the thousand
 * flights of a stormy afternoon were late independently of each other, and give intervals that are far too narrow.
 */
import { type Job, type MappedJob, ParallelWorker, type SharedArray } from 'parajob';
import { seeded } from '../random.ts';
import type { Flights } from './flights.ts';

/** How many replicates a job computes: a row of the output. */
export const REPLICATES_PER_JOB = 50;

export class HourlyQuantile extends ParallelWorker {
  readonly flights: Flights;
  readonly hours: readonly number[];
  readonly quantile: number;
  readonly seed: number;
  /** Of each job its milliseconds and its worker: in shared memory, so the caller reads what the workers write. */
  readonly timings: SharedArray<'float64'>;
  /** How many of the drawn flights had each delay, from `earliest` on. Reused by all jobs of this worker. */
  readonly counts: Int32Array;
  readonly earliest: number;
  /** Where the hours of each day start among the flights. */
  readonly days: readonly Int32Array[];

  constructor(
    flights: Flights,
    { hours, quantile, seed, timings }: Pick<HourlyQuantile, 'hours' | 'quantile' | 'seed' | 'timings'>,
  ) {
    super();
    this.flights = flights;
    this.hours = hours;
    this.quantile = quantile;
    this.seed = seed;
    this.timings = timings;
    this.days = Array.from({ length: flights.days }, (_, day) => flights.starts.row(day));
    const { least, most } = extremes(flights.delays.data);
    this.earliest = least;
    this.counts = new Int32Array(most - least + 1);
  }

  override mapJob({ place }: Job<number>): MappedJob {
    return { place, args: [place, this.hours[place % this.hours.length]] };
  }

  override paraMethod(place: number, hour: number): Float64Array {
    const started = performance.now();
    const days = this.days.length;
    const random = seeded(this.seed, place); // by place, not by worker: the result is the same on any number
    const replicates = Float64Array.from({ length: REPLICATES_PER_JOB }, () => {
      this.counts.fill(0);
      let drawn = 0;
      for (let i = 0; i < days; i++) drawn += this.count(Math.floor(random() * days), hour);
      return this.quantileOf(drawn);
    });
    this.timings.row(place).set([performance.now() - started, this.workerId]);
    return replicates;
  }

  /** Adds the delays of one hour of one day to the counts. */
  count(day: number, hour: number): number {
    const { counts, earliest } = this;
    const { data } = this.flights.delays;
    const start = this.days[day]![hour]!;
    const end = this.days[day]![hour + 1]!;
    for (let flight = start; flight < end; flight++) counts[data[flight]! - earliest]!++;
    return end - start;
  }

  /** The smallest delay that a share of `quantile` of the counted flights did not exceed. */
  quantileOf(total: number): number {
    if (total === 0) return Number.NaN;
    let left = Math.ceil(total * this.quantile);
    let bin = -1;
    while (left > 0) left -= this.counts[++bin]!;
    return this.earliest + bin;
  }
}

function extremes(values: Int16Array): { least: number; most: number } {
  let least = values[0] ?? 0;
  let most = least;
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least, most };
}
