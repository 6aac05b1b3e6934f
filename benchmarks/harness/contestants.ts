import type { Row, Spec } from './question.ts';

/** Pools that run one input at a time, each with the settings that its documentation advises for the work. */
export const POOLS = [
  'piscina',
  'tinypool',
  'workerpool',
  'poolifier',
  'threads',
  'jest-worker',
  'comlink',
  'multithreading',
] as const;

/** A row for each pool. `inFlight` is how many jobs are handed over before the first comes back. */
export function pools(spec: Spec & { readonly inFlight: number }, group = ''): Row[] {
  return POOLS.map((name) => ({ label: name, group, spec: { contestant: `peers/${name}`, ...spec } }));
}

/** Enough to keep every thread busy, and not so many that a pool's own queue becomes the subject. */
export const MANY_IN_FLIGHT = 128;

export function parajob(spec: Spec, group = '', label = 'parajob'): Row {
  return { label, group, spec: { contestant: 'contestants/parajob', ...spec } };
}

export function plainLoop(spec: Spec, group = ''): Row {
  return { label: 'plain loop', group, spec: { contestant: 'contestants/serial', ...spec } };
}

export function claimedLimit(spec: Spec, group = '', label = 'limit: atomic counter'): Row {
  return { label, group, spec: { contestant: 'contestants/limit-claimed', ...spec } };
}

export function postedLimit(spec: Spec, group = '', label = 'limit: chunked messages'): Row {
  return { label, group, spec: { contestant: 'contestants/limit-posted', ...spec } };
}

export function chunkedPiscina(spec: Spec, group = ''): Row {
  return { label: 'piscina, chunked by hand', group, spec: { contestant: 'peers/piscina-chunked', ...spec } };
}
