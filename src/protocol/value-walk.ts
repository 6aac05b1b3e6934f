import { types } from 'node:util';
import { MessagePort } from 'node:worker_threads';
import { bytesPerElement, dtypeOf, viewOf } from '../arrays/dtype.ts';
import { toHandle } from '../arrays/handle.ts';
import { isMoved } from '../arrays/shape.ts';
import { isSharedArray } from '../arrays/shared-array.ts';
import { allocateShared } from '../arrays/shared-memory.ts';
import { isToMove } from './move.ts';
import { hasFields, isNoIndex, isPlain, isPrimitive, needsTrial } from './object-kinds.ts';
import { aimOf, RESULT_ROWS } from './result-rows.ts';
import { functionWords, instanceWords, type Path, UncloneableError } from './uncloneable.ts';

/** The steps from the root to where the walk stands, innermost first. */
interface Trail {
  readonly key: string | number;
  readonly parent: Trail | undefined;
}

function pathOf(trail: Trail | undefined): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at = trail; at !== undefined; at = at.parent) path.unshift(at.key);
  return path;
}

/** Bytes that the receiver writes into memory which came with the values. */
export interface Filling {
  readonly into: ArrayBuffer;
  /** From its first byte. */
  readonly from: SharedArrayBuffer;
}

/** Shared memory on loan, until the values have arrived. */
export interface Lent {
  readonly memory: SharedArrayBuffer;
}

/** Keeps plain arrays in shared memory for a while. */
export interface Lender {
  /** `array` owns the bytes. Undefined if there is no memory to be had. */
  lend(array: object, bytes: Uint8Array): Lent | undefined;
  takeBack(lent: Lent): void;
}

/** How large plain buffers are copied; if nothing is said, here and now, into memory that can be moved. */
export interface Copying {
  /** Into memory of this lender, from where the receiver copies: so this thread has little to do with it. */
  readonly lender?: Lender | undefined;
  /** Once into shared memory, from where any number of receivers copy. */
  readonly forMany?: boolean;
  /** Not at all, where `move` says so. */
  readonly moves?: boolean;
}

/** One walk over a value: copies it, and lists what there is to know about the copy. */
export class ValueWalk {
  shared: Path[] = [];
  readonly fillings: Filling[] = [];
  readonly lent: Lent[] = [];
  /** Memory of the copy that may be moved. */
  buffers: ArrayBuffer[] = [];
  readonly #root: string;
  readonly #index: number;
  readonly #copying: Copying;
  // One object met twice stays one object, and a circle stays a circle.
  readonly #seen = new Map<object, unknown>();
  /** Views and buffers over shared memory, for the receivers to copy. */
  readonly #forMany = new Set<unknown>();
  /** Buffers of the job's own that it has given away, and whether the walk is within something given away. */
  readonly #given = new Set<ArrayBuffer>();
  #isGiven = false;

  /** `root` is what paths start from in messages, and `index` in lists. */
  constructor(root: string, index: number, copying: Copying = {}) {
    this.#root = root;
    this.#index = index;
    this.#copying = copying;
  }

  /** Throws {@link UncloneableError}, and then nothing has come of it. */
  fix(value: unknown): unknown {
    try {
      const copy = this.copy(value, undefined);
      const rows = isPrimitive(value) ? undefined : aimOf(value as object);
      if (rows !== undefined)
        this.#copyInto(copy as object, [RESULT_ROWS], { [RESULT_ROWS]: rows }, undefined);
      return this.#given.size === 0 ? copy : this.#move(value, copy);
    } catch (error) {
      for (const lent of this.lent) this.#copying.lender?.takeBack(lent);
      throw error;
    }
  }

  /** Takes given buffers away from the job, all at once: what was one buffer stays one. */
  #move(value: unknown, copy: unknown): unknown {
    const buffers = [...this.buffers, ...this.#given];
    const moved = attempt(() => structuredClone({ copy, buffers }, { transfer: buffers }));
    if (moved === undefined) {
      // There is memory among it that nobody can move: WebAssembly's, or a pool of Node's.
      const walk = new ValueWalk(this.#root, this.#index);
      const copied = walk.fix(value);
      this.shared = walk.shared;
      this.buffers = walk.buffers;
      return copied;
    }
    this.buffers = moved.buffers.filter(({ byteLength }) => byteLength >= MOVE_FROM_BYTES);
    return moved.copy;
  }

  copy(value: unknown, trail: Trail | undefined): unknown {
    if (isPrimitive(value)) return value;
    if (typeof value === 'function') throw this.#refusal(trail, functionWords(value));
    if (typeof value === 'symbol') throw this.#refusal(trail, 'a symbol');
    const object = value as object;
    const known = this.#seen.get(object);
    if (known === undefined) return this.#copyNew(object, trail);
    // The same handle; but each place it stands in has to be found again.
    if (isSharedArray(object) || this.#forMany.has(known)) this.#noteShared(trail);
    return known;
  }

  #copyNew(object: object, trail: Trail | undefined): unknown {
    const outer = this.#isGiven;
    this.#isGiven ||= this.#copying.moves === true && isToMove(object);
    const copy = this.#copyObject(object, trail);
    this.#isGiven = outer;
    return copy;
  }

  #copyObject(object: object, trail: Trail | undefined): unknown {
    if (Array.isArray(object)) return this.#copyArray(object, trail);
    if (isSharedArray(object)) {
      this.#noteShared(trail);
      return this.#note(object, toHandle(object));
    }
    if (ArrayBuffer.isView(object)) return this.#copyView(object, trail);
    if (types.isSharedArrayBuffer(object)) return object;
    if (types.isArrayBuffer(object)) {
      if (this.#give(object)) return this.#note(object, object);
      return this.#noteCopy(object, object, 0, object.byteLength, (bytes) => bytes, trail);
    }
    if (types.isMap(object)) return this.#copyMap(object, trail);
    if (types.isSet(object)) return this.#copySet(object, trail);
    if (needsTrial(object)) {
      const clone = this.#clone(object, trail);
      if (!isPlain(clone)) return this.#note(object, clone);
      // An instance of a class arrives as a plain object. Walked by ourselves, for the shared arrays in it.
    }
    return this.#copyFields(object, trail);
  }

  #noteShared(trail: Trail | undefined): void {
    this.shared.push([this.#index, ...pathOf(trail)]);
  }

  #copyArray(array: unknown[], trail: Trail | undefined): unknown[] {
    const copy: unknown[] = new Array(array.length);
    this.#seen.set(array, copy);
    for (let i = 0; i < array.length; i++) {
      const element = array[i];
      if (typeof element === 'number') copy[i] = element;
      else if (element !== undefined || i in array) copy[i] = this.copy(element, { key: i, parent: trail });
      else if (array.length > SPARSE_FROM) {
        this.#copyElements(copy, array, i, trail);
        break;
      }
    }
    // What a regular expression has matched is an array that knows where; tables have their columns.
    if (hasFields(array)) this.#copyInto(copy, Object.keys(array).filter(isNoIndex), array, trail);
    return copy;
  }

  /** Of an array that may have more holes than elements: going through all of them would take forever. */
  #copyElements(copy: unknown[], array: readonly unknown[], from: number, trail: Trail | undefined): void {
    for (const key of Object.keys(array)) {
      if (isNoIndex(key)) break;
      const i = Number(key);
      if (i > from) copy[i] = this.copy(array[i], { key: i, parent: trail });
    }
  }

  #copyFields(object: object, trail: Trail | undefined): object {
    const copy = {};
    this.#seen.set(object, copy);
    this.#copyInto(copy, Object.keys(object), object, trail);
    return copy;
  }

  #copyInto(copy: object, keys: readonly string[], object: object, trail: Trail | undefined): void {
    for (const key of keys) {
      const field: unknown = (object as Record<string, unknown>)[key];
      const value = isPrimitive(field) ? field : this.copy(field, { key, parent: trail });
      // Assigning to this name would set the prototype.
      if (key === '__proto__') Object.defineProperty(copy, key, { ...ORDINARY, value });
      else (copy as Record<string, unknown>)[key] = value;
    }
  }

  #copyMap(map: Map<unknown, unknown>, trail: Trail | undefined): Map<unknown, unknown> {
    const copy = new Map<unknown, unknown>();
    this.#seen.set(map, copy);
    let n = 0;
    for (const [key, value] of map) {
      copy.set(this.copy(key, { key: n, parent: trail }), this.copy(value, { key: n + 1, parent: trail }));
      n += 2;
    }
    return copy;
  }

  #copySet(set: Set<unknown>, trail: Trail | undefined): Set<unknown> {
    const copy = new Set<unknown>();
    this.#seen.set(set, copy);
    let n = 0;
    for (const value of set) copy.add(this.copy(value, { key: n++, parent: trail }));
    return copy;
  }

  /** A view crosses alone: cloning one as it is would take its whole buffer along. */
  #copyView(view: ArrayBufferView, trail: Trail | undefined): ArrayBufferView {
    const { buffer, byteOffset, byteLength } = view;
    if (types.isSharedArrayBuffer(buffer)) {
      return Buffer.isBuffer(view) ? this.#note(view, new Uint8Array(buffer, byteOffset, byteLength)) : view;
    }
    if (this.#give(buffer as ArrayBuffer))
      return this.#note(view, overBytes(view, buffer, byteOffset, byteLength));
    const over = (bytes: ArrayBufferLike) => overBytes(view, bytes);
    const end = byteOffset + byteLength;
    return this.#noteCopy(view, buffer as ArrayBuffer, byteOffset, end, over, trail) as ArrayBufferView;
  }

  #give(buffer: ArrayBuffer): boolean {
    if (!this.#isGiven || isMoved(buffer)) return false;
    this.#given.add(buffer);
    return true;
  }

  #clone(object: object, trail: Trail | undefined): unknown {
    // It never can; and trying it with one that is closed ends the process (on Node 20, 22 and 24).
    if (object instanceof MessagePort) throw this.#refusal(trail, instanceWords(object));
    try {
      return structuredClone(object);
    } catch (cause) {
      throw this.#refusal(trail, instanceWords(object), cause);
    }
  }

  #note<T>(object: object, copy: T): T {
    this.#seen.set(object, copy);
    return copy;
  }

  /** Copies some bytes of a buffer; `over` makes of them what stands for `object`. */
  #noteCopy(
    object: object,
    buffer: ArrayBuffer,
    start: number,
    end: number,
    over: (bytes: ArrayBufferLike) => object,
    trail: Trail | undefined,
  ): unknown {
    const { forMany, lender } = this.#copying;
    const isLarge = end - start >= MOVE_FROM_BYTES;
    if (isLarge && forMany) {
      const memory = attempt(() => allocateShared(end - start));
      if (memory !== undefined) {
        new Uint8Array(memory).set(new Uint8Array(buffer, start, end - start));
        const copy = this.#note(object, over(memory));
        this.#forMany.add(copy);
        this.#noteShared(trail);
        return copy;
      }
    }
    const lent = isLarge ? lender?.lend(object, new Uint8Array(buffer, start, end - start)) : undefined;
    if (lent === undefined) return this.#note(object, over(this.#bytesOf(buffer, start, end, trail)));
    this.lent.push(lent);
    // Memory that this thread has had before costs the other next to nothing to write; new memory costs much more
    // than the copy, and then it is the other that pays.
    const into = Buffer.allocUnsafeSlow(end - start).buffer as ArrayBuffer;
    this.buffers.push(into);
    this.fillings.push({ into, from: lent.memory });
    return this.#note(object, over(into));
  }

  /** A copy, which is ours to move. */
  #bytesOf(buffer: ArrayBuffer, start: number, end: number, trail: Trail | undefined): ArrayBuffer {
    let bytes: ArrayBuffer;
    try {
      bytes = ArrayBuffer.prototype.slice.call(buffer, start, end);
    } catch (cause) {
      throw this.#refusal(trail, 'memory that has been moved elsewhere', cause);
    }
    // Moving a small buffer costs more than copying it (benchmarks/transfer-size.ts).
    if (bytes.byteLength >= MOVE_FROM_BYTES) this.buffers.push(bytes);
    return bytes;
  }

  #refusal(trail: Trail | undefined, what: string, cause?: unknown): UncloneableError {
    return new UncloneableError(this.#root, pathOf(trail), what, cause === undefined ? undefined : { cause });
  }
}

const MOVE_FROM_BYTES = 16_384;
/** Listing the places of shorter arrays is not worth it. */
const SPARSE_FROM = 10_000;
const ORDINARY = { enumerable: true, configurable: true, writable: true } as const;

/** A view like `view`; of the language's own kinds, for a subclass arrives as what it is a kind of. */
export function overBytes(
  view: ArrayBufferView,
  bytes: ArrayBufferLike,
  byteOffset = 0,
  byteLength: number = bytes.byteLength,
): ArrayBufferView {
  const dtype = dtypeOf(view);
  if (dtype !== undefined) return viewOf(dtype, bytes, byteOffset, byteLength / bytesPerElement(dtype));
  if (types.isDataView(view)) return new DataView(bytes, byteOffset, byteLength);
  // Kinds that came after this was written.
  const { constructor: Kind, BYTES_PER_ELEMENT } = view as unknown as TypedArrayOfAKind;
  return new Kind(bytes, byteOffset, byteLength / BYTES_PER_ELEMENT);
}

interface TypedArrayOfAKind {
  readonly constructor: new (bytes: ArrayBufferLike, offset: number, length: number) => ArrayBufferView;
  readonly BYTES_PER_ELEMENT: number;
}

function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
