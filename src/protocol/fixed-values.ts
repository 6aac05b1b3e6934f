import { EventEmitter } from 'node:events';
import { inspect, types } from 'node:util';
import { MessagePort } from 'node:worker_threads';
import { dtypeOf, viewOf } from '../arrays/dtype.ts';
import { fromHandle, type SharedArrayHandle, toHandle } from '../arrays/handle.ts';
import { isSharedArray, type SharedArray } from '../arrays/shared-array.ts';
import { fillIn, type Table, TableWriter } from './table.ts';

/**
 * Values as they were when they were handed over, ready to cross. Where a SharedArray stood there is its handle,
 * and `shared` says where, so that the receiver need not search.
 */
export interface FixedValues {
  readonly values: unknown[];
  /** Paths of handles; the first step is an index of `values`. */
  readonly shared: Path[];
  /** What stands in `values` as undefined. */
  readonly tables: readonly Table[];
}

export type Path = readonly (string | number)[];

/** Thrown for a value that cannot cross a thread; `path` leads to the part that is in the way. */
export class UncloneableError extends Error {
  override readonly name = 'UncloneableError';

  /** `what` is the value in the way, in words; `root` is what the path starts from: `result`, `input`. */
  constructor(root: string, path: Path, what: string, options?: ErrorOptions) {
    super(`${root}${path.map(step).join('')} is ${what}, which cannot cross a thread`, options);
  }
}

function step(key: string | number): string {
  if (typeof key === 'number') return `[${key}]`;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/**
 * Collects values and fixes each as it comes: a job may reuse its output buffer, an iterator its object, and no
 * two places ever share one. One walk copies, notes shared arrays, lists buffers that may be moved (they are our
 * copies), and names the path of what cannot cross.
 */
export class ValueFixer {
  #values: unknown[] = [];
  #shared: Path[] = [];
  #tables: TableWriter[] = [];
  #isIrregular = false;
  #buffers: ArrayBuffer[] = [];
  #nBytes = 0;

  get size(): number {
    return this.#values.length;
  }

  /** Bytes of the larger buffers among the values. */
  get nBytes(): number {
    return this.#nBytes;
  }

  /** Throws {@link UncloneableError}, and then has added nothing. */
  add(value: unknown, root: string): void {
    if (isPrimitive(value)) {
      this.#values.push(value);
      return;
    }
    if (typeof value === 'object' && this.#addRow(value as object)) {
      this.#values.push(undefined);
      return;
    }
    const walk = new Walk(root, this.#values.length);
    const copy = walk.copy(value, undefined);
    this.#values.push(copy);
    this.#shared.push(...walk.shared);
    for (const buffer of walk.buffers) this.#nBytes += buffer.byteLength;
    this.#buffers.push(...walk.buffers);
  }

  #addRow(object: object): boolean {
    if (this.#isIrregular) return false;
    const at = this.#values.length;
    const last = this.#tables.at(-1);
    if (last !== undefined) {
      if (last.end === at && last.add(object)) return true;
      // Objects that differ all the time are better off one by one.
      if (last.nRows < WORTH_A_TABLE) {
        this.#isIrregular = true;
        return false;
      }
    }
    const table = TableWriter.start(object, at);
    if (table !== undefined) this.#tables.push(table);
    return table !== undefined;
  }

  /** Hands over what has been collected, and starts anew. */
  take(): { readonly fixed: FixedValues; readonly transfer: ArrayBuffer[] } {
    const tables = this.#tables.map((table) => table.finish());
    const taken = { fixed: { values: this.#values, shared: this.#shared, tables }, transfer: this.#buffers };
    this.#values = [];
    this.#shared = [];
    this.#tables = [];
    this.#isIrregular = false;
    this.#buffers = [];
    this.#nBytes = 0;
    return taken;
  }
}

/** Fixes a list of values at once. Throws {@link UncloneableError}. */
export function fixAll(
  values: readonly unknown[],
  root: string,
): { fixed: FixedValues; transfer: ArrayBuffer[] } {
  const fixer = new ValueFixer();
  values.forEach((value, i) => {
    fixer.add(value, `${root}[${i}]`);
  });
  return fixer.take();
}

/** The values on the other side: handles turned back into shared arrays. Changes `fixed.values` in place. */
export function reviveValues({ values, shared, tables }: FixedValues): unknown[] {
  for (const table of tables) fillIn(values, table);
  const arrays = new Map<unknown, SharedArray>();
  for (const path of shared) {
    const container = path.slice(0, -1).reduce(stepInto, values);
    const last = path.at(-1)!;
    const handle = stepInto(container, last);
    // Values that have not left their thread may be revived already.
    if (isSharedArray(handle)) continue;
    const array = arrays.get(handle) ?? fromHandle(handle as SharedArrayHandle);
    arrays.set(handle, array);
    replace(container, last, array);
  }
  return values;
}

// Maps are walked as their entries, flat: index 2 n is the n-th key, 2 n + 1 its value.
function stepInto(container: unknown, key: string | number): unknown {
  if (container instanceof Map) return [...container].flat()[key as number];
  if (container instanceof Set) return [...container][key as number];
  return Object.getOwnPropertyDescriptor(container, key)?.value;
}

function replace(container: unknown, key: string | number, array: SharedArray): void {
  if (container instanceof Map) {
    const flat = [...container].flat();
    flat[key as number] = array;
    container.clear();
    for (let i = 0; i < flat.length; i += 2) container.set(flat[i], flat[i + 1]);
  } else if (container instanceof Set) {
    const members = [...container];
    members[key as number] = array;
    container.clear();
    for (const member of members) container.add(member);
  } else Object.defineProperty(container, key, { value: array });
}

function isPrimitive(value: unknown): boolean {
  return (
    value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol')
  );
}

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

class Walk {
  readonly shared: Path[] = [];
  readonly buffers: ArrayBuffer[] = [];
  readonly #root: string;
  readonly #index: number;
  // One object met twice stays one object, and a circle stays a circle.
  readonly #seen = new Map<object, unknown>();

  constructor(root: string, index: number) {
    this.#root = root;
    this.#index = index;
  }

  copy(value: unknown, trail: Trail | undefined): unknown {
    if (isPrimitive(value)) return value;
    if (typeof value === 'function') throw this.#refusal(trail, functionWords(value));
    if (typeof value === 'symbol') throw this.#refusal(trail, 'a symbol');
    const object = value as object;
    const known = this.#seen.get(object);
    if (known === undefined) return this.#copyObject(object, trail);
    // The same handle; but each place it stands in has to be found again.
    if (isSharedArray(object)) this.#noteShared(trail);
    return known;
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
      return this.#note(object, this.#bytesOf(object, 0, object.byteLength, trail));
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
    }
    // What a regular expression has matched is an array that knows where; tables have their columns.
    if (hasFields(array)) this.#copyInto(copy, Object.keys(array).filter(isNoIndex), array, trail);
    return copy;
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
    const bytes = this.#bytesOf(buffer as ArrayBuffer, byteOffset, byteOffset + byteLength, trail);
    return this.#note(view, sameView(view, bytes));
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

/** A table of fewer rows than this, and the next object does not fit: tables are of no use here. */
const WORTH_A_TABLE = 8;
const MOVE_FROM_BYTES = 16_384;
const ORDINARY = { enumerable: true, configurable: true, writable: true } as const;
/** Listing the keys of an array costs as much as copying it many times over; one this short is listed all the same. */
const SHORT_ARRAY = 32;

/** Whether an array has properties beside its elements. */
function hasFields(array: readonly unknown[]): boolean {
  if (array.length <= SHORT_ARRAY) return Object.keys(array).some(isNoIndex);
  // The one function of Node's that tells without listing the elements.
  const shown = inspect(array, { maxArrayLength: 0, depth: 0, customInspect: false });
  return !/\[ \.\.\. \d+ more items? \]$/.test(shown);
}

function isNoIndex(key: string): boolean {
  return String(Number(key) >>> 0) !== key;
}

/** The kinds of the language's own, over `bytes`; a subclass arrives as what it is a kind of. */
function sameView(view: ArrayBufferView, bytes: ArrayBuffer): ArrayBufferView {
  const dtype = dtypeOf(view);
  if (dtype !== undefined) return viewOf(dtype, bytes);
  if (types.isDataView(view)) return new DataView(bytes);
  return new (view.constructor as new (bytes: ArrayBuffer) => ArrayBufferView)(bytes);
}

function isPlain(object: unknown): boolean {
  return Object.getPrototypeOf(object) === Object.prototype;
}

/**
 * Whether only structured clone knows what becomes of an object: kinds that have no plain copy, and what stands for
 * something outside JavaScript (a socket, a port), which must not arrive as an empty shell.
 */
function needsTrial(object: object): boolean {
  const prototype = Object.getPrototypeOf(object) as object | null;
  if (prototype === Object.prototype || prototype === null) return false;
  return (
    types.isDate(object) ||
    types.isRegExp(object) ||
    types.isNativeError(object) ||
    types.isBoxedPrimitive(object) ||
    Object.prototype.toString.call(object) !== '[object Object]' ||
    mayHoldHandle(prototype)
  );
}

const handleHolders = new WeakMap<object, boolean>();

/** Whether objects of this prototype may stand for something that lives outside JavaScript. */
function mayHoldHandle(prototype: object): boolean {
  let known = handleHolders.get(prototype);
  if (known === undefined) {
    known = prototype instanceof EventEmitter || hasNativeConstructor(prototype);
    handleHolders.set(prototype, known);
  }
  return known;
}

function hasNativeConstructor(prototype: object): boolean {
  for (
    let at: object | null = prototype;
    at !== null && at !== Object.prototype;
    at = Object.getPrototypeOf(at)
  ) {
    const maker = Object.getOwnPropertyDescriptor(at, 'constructor')?.value as unknown;
    if (typeof maker === 'function' && Function.prototype.toString.call(maker).includes('[native code]'))
      return true;
  }
  return false;
}

function functionWords(value: { readonly name: string }): string {
  return value.name === '' ? 'a function' : `the function ${value.name}`;
}

function instanceWords(object: object): string {
  const name = (object.constructor as { readonly name?: unknown } | undefined)?.name;
  return typeof name === 'string' && name !== '' ? `an instance of ${name}` : 'an object of its own kind';
}
