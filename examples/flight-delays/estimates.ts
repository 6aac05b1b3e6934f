/** From replicates to what is told: an estimate for each hour, its interval, and the interval that is too narrow. */
import type { Flights } from './flights.ts';

export interface Estimate {
  readonly hour: number;
  readonly flights: number;
  readonly minutes: number;
  /** 95 % interval with whole days drawn. */
  readonly interval: readonly [number, number];
  /** 95 % interval as it would be if every flight were late or on time by itself. */
  readonly naiveInterval: readonly [number, number];
}

/** The delays of all flights that left in an hour of the day, sorted. */
export function delaysAt(hour: number, { delays, starts, days }: Flights): Int16Array {
  const parts: Int16Array[] = [];
  for (let day = 0; day < days; day++) {
    const row = starts.row(day);
    parts.push(delays.data.subarray(row[hour], row[hour + 1]));
  }
  const sorted = new Int16Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    sorted.set(part, offset);
    offset += part.length;
  }
  return sorted.sort();
}

export function estimate(
  hour: number,
  flights: Flights,
  quantile: number,
  replicates: Float64Array,
): Estimate {
  const sorted = delaysAt(hour, flights);
  const count = sorted.length;
  const at = (rank: number) => sorted[Math.min(Math.max(Math.ceil(rank), 1), count) - 1]!;
  // How many of n independent flights stay below a quantile is binomial: so far its rank may be off.
  const spread = 1.96 * Math.sqrt(count * quantile * (1 - quantile));
  const ordered = replicates.filter((replicate) => !Number.isNaN(replicate)).sort();
  const percentile = (share: number) => ordered[Math.round(share * (ordered.length - 1))]!;
  return {
    hour,
    flights: count,
    minutes: at(count * quantile),
    interval: [percentile(0.025), percentile(0.975)],
    naiveInterval: [at(count * quantile - spread), at(count * quantile + spread)],
  };
}
