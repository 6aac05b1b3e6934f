/**
 * What runs in the workers: plain exports. A thread imports this module, and never main.ts, which would run the
 * whole tour again.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';
import { type Job, log, type MappedJob, ParallelWorker, type SharedArray } from 'parajob';
import { seeded } from '../random.ts';

export function variance(samples: ArrayLike<number>): number {
  let mean = 0;
  for (let i = 0; i < samples.length; i++) mean += samples[i]! / samples.length;
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += (samples[i]! - mean) ** 2;
  return sum / samples.length;
}

/** A worker class: `mapJob` makes arguments of a job, `paraMethod` is called with them. */
export class ArrayVariance extends ParallelWorker {
  override mapJob({ place, input }: Job<Float64Array>): MappedJob {
    this.log.info(`got an array of ${input.length}`);
    return { place, args: [input] };
  }

  override paraMethod(samples: Float64Array): number {
    return variance(samples);
  }
}

/** The same for arrays that every worker has got beforehand: now a job is nothing but a number. */
export class SharedVariance extends ParallelWorker {
  readonly arrays: readonly SharedArray<'float64'>[];

  constructor(arrays: readonly SharedArray<'float64'>[]) {
    super();
    this.arrays = arrays;
  }

  override mapJob({ place }: Job<number>): MappedJob {
    return { place, args: [this.arrays[place]!.data] };
  }

  override paraMethod(samples: Float64Array): number {
    return variance(samples);
  }
}

/** How far the points of a random walk of `n` steps are from its start: as many numbers as steps. */
export function randomWalk(n: number): number[] {
  const random = seeded(1, n);
  let position = 0;
  return Array.from({ length: n }, () => (position += random() < 0.5 ? -1 : 1));
}

/** Throws 100,000 darts at a square; the job's number seeds them. */
export function estimatePi(seed: number): number {
  const random = seeded(seed, 0);
  let hits = 0;
  for (let i = 0; i < 100_000; i++) if (random() ** 2 + random() ** 2 < 1) hits++;
  return (4 * hits) / 100_000;
}

export async function sleepy(milliseconds: number): Promise<void> {
  await delay(milliseconds);
}

export function hatesEights(n: number): number {
  if (n === 8) throw new RangeError('n is 8, what did you think would happen?!');
  log.debug(`${n} is fine`);
  return n;
}

export function inMainThread(): boolean {
  return isMainThread;
}
