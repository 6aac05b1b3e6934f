// Two copies of the package can meet in one thread: the one that runs the lane, and the one that the job imports.
const TO_MOVE: unique symbol = Symbol.for('parajob.move') as never;
const realm = globalThis as { [TO_MOVE]?: WeakSet<object> };

/**
 * Hands the memory of a result over, instead of having it copied: `return move(samples)`, `return move({ a, b })`.
 * For large results that the job has made and does not need any more. All buffers of the value go, in whatever objects, arrays,
 * Maps and Sets they are; views keep their places in them. Once the job has returned they are gone from it, and its
 * arrays empty, in single-worker mode as in threads. SharedArrays are shared, as ever; memory that cannot be moved
 * (WebAssembly's, Node's pooled Buffers) is copied. Without effect on what a job does not return, and with
 * `outputDtype`, where results are written in place. What a function has captured is not its own to move: that counts
 * as a write, and the run is refused.
 *
 * @returns the value itself
 *
 * @example
 * const filtered = new JobRunner((channel: number) => move(filter(load(channel))));
 */
export function move<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    realm[TO_MOVE] ??= new WeakSet();
    realm[TO_MOVE].add(value);
  }
  return value;
}

/** Whether a job has said that this is to be moved. */
export function isToMove(object: object): boolean {
  return realm[TO_MOVE]?.has(object) === true;
}
