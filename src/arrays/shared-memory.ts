import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * After so many bytes of shared memory have been made, or seen, what is left of it is collected: V8's collector
 * counts none of it, and would let a loop of runs hold gigabytes (benchmarks/memory.ts).
 */
const COLLECT_EVERY = 1 << 26;

let nBytes = 0;
let gc: (() => void) | undefined;

/** New shared memory. Throws a RangeError if there is not enough. */
export function allocateShared(byteLength: number): SharedArrayBuffer {
  countShared(byteLength);
  return new SharedArrayBuffer(byteLength);
}

/** Counts shared memory that this thread refers to, and collects what it has let go of when it is time. */
export function countShared(byteLength: number): void {
  nBytes += byteLength;
  if (nBytes < COLLECT_EVERY) return;
  // A large heap takes long to walk through: then it has to be worth it.
  if (nBytes < getHeapStatistics().used_heap_size) return;
  nBytes = 0;
  gc ??= exposedCollector();
  gc();
}

/**
 * The flag is the whole process's, and stays: another thread may be in the middle of this, and would find no `gc`
 * if it were taken back.
 */
function exposedCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('globalThis.gc');
  return typeof collect === 'function' ? (collect as () => void) : () => {};
}
