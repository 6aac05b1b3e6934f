import { allocateShared } from '../arrays/shared-memory.ts';

const { setTimeout, clearTimeout } = globalThis;

/** Less than this is made as fast as it is found. */
const WORTH_KEEPING = 1 << 16;
/** Kept at most: so many buffers, so many bytes, and for so long after the last use. */
const MOST_BUFFERS = 4;
const MOST_BYTES = 1 << 26;
const IDLE_MS = 10_000;

// Memory that is new costs more to touch than to fill (benchmarks/tiny-jobs.ts), and V8's collector does not see it.
let kept: SharedArrayBuffer[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

/** Shared memory of at least `nBytes`, with anything in it. */
export function borrowBuffer(nBytes: number): SharedArrayBuffer {
  const at = kept.findIndex(({ byteLength }) => byteLength >= nBytes && byteLength <= 4 * nBytes);
  return at < 0 ? allocateShared(roomFor(nBytes)) : kept.splice(at, 1)[0]!;
}

/** Nobody looks at it any more. */
export function giveBackBuffer(buffer: SharedArrayBuffer): void {
  if (buffer.byteLength < WORTH_KEEPING) return;
  let nBytes = 0;
  kept = [buffer, ...kept].slice(0, MOST_BUFFERS).filter(({ byteLength }) => {
    nBytes += byteLength;
    return nBytes <= MOST_BYTES;
  });
  clearTimeout(timer);
  timer = setTimeout(() => {
    kept = [];
  }, IDLE_MS).unref();
}

/** Steps of a quarter, so that runs of about the same size can share. */
function roomFor(nBytes: number): number {
  if (nBytes < WORTH_KEEPING) return nBytes;
  const step = 2 ** (Math.floor(Math.log2(nBytes)) - 2);
  return Math.ceil(nBytes / step) * step;
}
