import type { Lender, Lent } from '../protocol/value-walk.ts';
import { borrowBuffer, giveBackBuffer } from './packing-buffers.ts';

/** After so many bytes of plain arrays in one run the user is told, once a process: copying them took seconds. */
const WORTH_TELLING = 2 ** 28;
/** So many buffers wait to be used again in the run: a lane has two batches, most of one array. */
const MOST_FREE = 8;

let hasTold = false;

/** A copy of a plain array, as it was. */
interface Copy extends Lent {
  readonly byteLength: number;
  /** Batches that have it and are not answered. */
  nOut: number;
  /** The array has come again: it may once more. */
  isKept: boolean;
  /** The memory is used for other arrays. */
  isGone: boolean;
}

/**
 * Copies of plain arrays in shared memory, for lanes to make their own from. An array that comes again and again in a
 * run is copied once; every other lends its memory to those that come later. Before a copy is lent again it is
 * compared with the array, byte by byte: the caller may have changed it since, and comparing costs a fraction of what
 * the lane's own copy does.
 */
export class LentMemory implements Lender {
  readonly #say: (message: string) => void;
  /** The last copy of an array. */
  readonly #copies = new WeakMap<object, Copy>();
  readonly #kept = new Set<Copy>();
  #free: SharedArrayBuffer[] = [];
  #nBytes = 0;

  /** `say` tells the user. */
  constructor(say: (message: string) => void) {
    this.#say = say;
  }

  lend(array: object, bytes: Uint8Array): Copy | undefined {
    this.#count(bytes.byteLength);
    const before = this.#copies.get(array);
    const comesAgain = before?.isGone === true;
    if (before !== undefined && !comesAgain) {
      if (holds(before, bytes)) {
        this.#keep(before);
        before.nOut++;
        return before;
      }
      this.#letGo(before);
    }
    const memory = this.#borrow(bytes.byteLength);
    if (memory === undefined) return undefined;
    new Uint8Array(memory).set(bytes);
    const copy = { memory, byteLength: bytes.byteLength, nOut: 1, isKept: false, isGone: false };
    if (comesAgain) this.#keep(copy);
    this.#copies.set(array, copy);
    return copy;
  }

  takeBack(lent: Lent): void {
    const copy = lent as Copy;
    copy.nOut--;
    if (copy.nOut === 0 && !copy.isKept) this.#reuse(copy);
  }

  /** Nobody reads any of it any more. */
  end(): void {
    for (const memory of this.#free) giveBackBuffer(memory);
    for (const { memory } of this.#kept) giveBackBuffer(memory);
    this.#free = [];
    this.#kept.clear();
  }

  #keep(copy: Copy): void {
    copy.isKept = true;
    this.#kept.add(copy);
  }

  /** The array has changed: whoever has the copy may still read it, and nobody else will. */
  #letGo(copy: Copy): void {
    this.#kept.delete(copy);
    const wasKept = copy.isKept;
    copy.isKept = false;
    if (wasKept && copy.nOut === 0) this.#reuse(copy);
  }

  #reuse(copy: Copy): void {
    copy.isGone = true;
    this.#free.push(copy.memory);
    if (this.#free.length > MOST_FREE) giveBackBuffer(this.#free.shift()!);
  }

  #borrow(nBytes: number): SharedArrayBuffer | undefined {
    const at = this.#free.findLastIndex(({ byteLength }) => byteLength >= nBytes && byteLength <= 4 * nBytes);
    if (at >= 0) return this.#free.splice(at, 1)[0]!;
    try {
      return borrowBuffer(nBytes);
    } catch {
      return undefined;
    }
  }

  #count(nBytes: number): void {
    this.#nBytes += nBytes;
    if (hasTold || this.#nBytes < WORTH_TELLING) return;
    hasTold = true;
    this.#say(
      `more than ${WORTH_TELLING / 2 ** 20} MB of plain arrays have been copied for the jobs of this run: arrays from sharedCopy, and SharedArrays, are not copied`,
    );
  }
}

function holds({ memory, byteLength }: Copy, bytes: Uint8Array): boolean {
  return byteLength === bytes.byteLength && Buffer.from(memory, 0, byteLength).equals(bytes);
}
