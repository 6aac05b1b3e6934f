// Every job that contestants run. Each stands alone, so that pools that ship source can run it as well.

/** Next to no work. */
export function square(x) {
  return x * x;
}

/** Work by count: the same for every contestant, and for the plain loop. */
export function spin(rounds) {
  let x = rounds | 1;
  for (let i = 0; i < rounds; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
  }
  return x;
}

/** The same with an object as input, which is not claimed but posted. */
export function spinBoxed({ rounds }) {
  let x = rounds | 1;
  for (let i = 0; i < rounds; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
  }
  return x;
}

/** Work by the clock: how jobs are spread is all that counts, not how well they share the machine. */
export function busy(milliseconds) {
  if (milliseconds === 0) return 0;
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
  return milliseconds;
}

/** The same with an object as input. */
export function busyFor({ milliseconds }) {
  if (milliseconds === 0) return 0;
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
  return milliseconds;
}

/** A small object in, a small object out. */
export function describe({ id, name, x, y }) {
  return { id, label: `${name}:${id}`, distance: Math.sqrt(x * x + y * y) };
}

export function variance(samples) {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i];
  const mean = sum / samples.length;
  let squares = 0;
  for (let i = 0; i < samples.length; i++) squares += (samples[i] - mean) ** 2;
  return squares / (samples.length - 1);
}

/** Looks at each element once: what arrays cost to hand over shows. */
export function sum(samples) {
  let total = 0;
  for (let i = 0; i < samples.length; i++) total += samples[i];
  return total;
}

/** One megabyte of result. Whoever writes by hand to where it belongs gives the row to fill. */
export function megabyte(place, row = new Float64Array(131_072)) {
  for (let i = 0; i < row.length; i++) row[i] = place + i;
  return row;
}

/** By name, for contestants that look their job up. */
export const jobs = { square, spin, spinBoxed, busy, busyFor, describe, variance, megabyte, sum };
