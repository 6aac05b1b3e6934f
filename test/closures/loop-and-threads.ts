import { fixAll } from '../../src/protocol/fixed-values.ts';
import type { AnyFunction } from '../../src/protocol/worker-reference.ts';
import { gatherClosure } from '../../src/resolve/closure.ts';
import { identify } from '../../src/resolve/identify.ts';
import { shipSource } from '../../src/resolve/ship-source.ts';
import { loadSource } from '../../src/worker/load-source.ts';

export type Job = (x: number) => unknown;

/** The results of a job over 0..3 in a plain loop, and what two threads with a copy each would have given. */
export async function loopAndThreads(make: () => Job): Promise<[loop: unknown, threads: unknown]> {
  const looping = make();
  const loop = [0, 1, 2, 3].map((x) => looping(x));
  const job = make();
  const [first, second] = [await copyOf(job), await copyOf(job)];
  return [loop, [first(0), first(1), second(2), second(3)]];
}

async function copyOf(job: AnyFunction): Promise<Job> {
  const identity = identify(job);
  if (identity.kind !== 'code') throw new Error('a closure was to travel as source');
  const closure = gatherClosure(job, identity.code);
  const { fixed } = fixAll([closure.values.map(({ value }) => value)], 'captured');
  const source = await loadSource(shipSource(closure), async (reference) => {
    return reference.type === 'native' && reference.path[0] === 'Buffer' ? Buffer : Math.abs;
  });
  return source.surround().fill(structuredClone(fixed)).worker as Job;
}
