import { move } from 'piscina';
import { jobs } from '../contestants/jobs.mjs';

export * from '../contestants/jobs.mjs';

export function moved(place) {
  return move(jobs.megabyte(place));
}

/** Hand-chunked: many inputs in one task. */
export function chunk({ job, inputs }) {
  const run = jobs[job];
  return inputs.map((input) => run(input));
}
