import { EventEmitter } from 'node:events';
import { types } from 'node:util';
import { fromHandle, type SharedArrayHandle, toHandle } from '../arrays/handle.ts';
import { isSharedArray } from '../arrays/shared-array.ts';

/**
 * Values as they were when they were handed over, ready to cross. Where a SharedArray stood there is its handle,
 * and `shared` says where, so that the receiver need not search.
 */
export interface FixedValues {
  readonly values: unknown[];
  /** Paths of handles; the first step is an index of `values`. */
  readonly shared: Path[];
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
    const walk = new Walk(root, this.#values.length);
    const copy = walk.copy(value, undefined);
    this.#values.push(copy);
    this.#shared.push(...walk.shared);
    for (const buffer of walk.buffers) this.#nBytes += buffer.byteLength;
    this.#buffers.push(...walk.buffers);
  }

  /** Hands over what has been collected, and starts anew. */
  take(): { readonly fixed: FixedValues; readonly transfer: ArrayBuffer[] } {
    const taken = { fixed: { values: this.#values, shared: this.#shared }, transfer: this.#buffers };
    this.#values = [];
    this.#shared = [];
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
export function reviveValues({ values, shared }: FixedValues): unknown[] {
  for (const path of shared) {
    let container = values as unknown;
    for (const key of path.slice(0, -1)) container = stepInto(container, key);
    const last = path.at(-1)!;
    const handle = stepInto(container, last);
    // Values that have not left their thread may be revived already.
    if (isSharedArray(handle)) continue;
    const array = fromHandle(handle as SharedArrayHandle);
    if (container instanceof Map) container.set([...container.keys()][Number(last) >> 1], array);
    else (container as Record<string | number, unknown>)[last] = array;
  }
  return values;
}

// Maps are walked as their entries, flat: index 2 n is the n-th key, 2 n + 1 its value.
function stepInto(container: unknown, key: string | number): unknown {
  if (container instanceof Map) return [...container.entries()].flat()[key as number];
  if (container instanceof Set) return [...container][key as number];
  return (container as Record<string | number, unknown>)[key];
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
    if (known !== undefined) return known;
    return this.#copyObject(object, trail);
  }

  #copyObject(object: object, trail: Trail | undefined): unknown {
    if (Array.isArray(object)) return this.#copyArray(object, trail);
    if (isSharedArray(object)) {
      this.shared.push([this.#index, ...pathOf(trail)]);
      return this.#note(object, toHandle(object));
    }
    if (ArrayBuffer.isView(object)) return this.#copyView(object);
    if (types.isSharedArrayBuffer(object)) return object;
    if (types.isArrayBuffer(object)) return this.#note(object, this.#ours(object.slice(0)));
    if (types.isMap(object)) return this.#copyMap(object, trail);
    if (types.isSet(object)) return this.#copySet(object, trail);
    const prototype: unknown = Object.getPrototypeOf(object);
    if (prototype === Object.prototype || prototype === null) return this.#copyFields(object, trail);
    if (isLeaf(object)) return this.#note(object, this.#clone(object, trail));
    // An instance of a class arrives as a plain object, as structured clone would have it. But what stands for
    // something outside JavaScript (a socket, a port) must not arrive as an empty shell; only a trial tells.
    if (mayHoldHandle(prototype as object)) this.#clone(object, trail);
    return this.#copyFields(object, trail);
  }

  #copyArray(array: unknown[], trail: Trail | undefined): unknown[] {
    const copy: unknown[] = new Array(array.length);
    this.#seen.set(array, copy);
    for (let i = 0; i < array.length; i++) {
      const element = array[i];
      if (typeof element === 'number') copy[i] = element;
      else if (element !== undefined || i in array) copy[i] = this.copy(element, { key: i, parent: trail });
    }
    return copy;
  }

  #copyFields(object: object, trail: Trail | undefined): object {
    const copy: Record<string, unknown> = {};
    this.#seen.set(object, copy);
    for (const key of Object.keys(object)) {
      const field: unknown = (object as Record<string, unknown>)[key];
      const fixed = isPrimitive(field) ? field : this.copy(field, { key, parent: trail });
      // Assigning to this name would set the prototype.
      if (key === '__proto__')
        Object.defineProperty(copy, key, {
          value: fixed,
          enumerable: true,
          configurable: true,
          writable: true,
        });
      else copy[key] = fixed;
    }
    return copy;
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
  #copyView(view: ArrayBufferView): ArrayBufferView {
    if (types.isSharedArrayBuffer(view.buffer)) return view;
    const bytes = view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength) as ArrayBuffer;
    const Constructor = (Buffer.isBuffer(view) ? Uint8Array : view.constructor) as new (
      b: ArrayBuffer,
    ) => ArrayBufferView;
    return this.#note(view, new Constructor(this.#ours(bytes)));
  }

  #clone(object: object, trail: Trail | undefined): unknown {
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

  #ours(buffer: ArrayBuffer): ArrayBuffer {
    // Moving a small buffer costs more than copying it (benchmarks/transfer-size.ts).
    if (buffer.byteLength >= MOVE_FROM_BYTES) this.buffers.push(buffer);
    return buffer;
  }

  #refusal(trail: Trail | undefined, what: string, cause?: unknown): UncloneableError {
    return new UncloneableError(this.#root, pathOf(trail), what, cause === undefined ? undefined : { cause });
  }
}

const MOVE_FROM_BYTES = 16_384;

/** Kinds that structured clone knows and that hold no shared arrays. */
function isLeaf(object: object): boolean {
  return (
    types.isDate(object) ||
    types.isRegExp(object) ||
    types.isNativeError(object) ||
    types.isBoxedPrimitive(object) ||
    Object.prototype.toString.call(object) !== '[object Object]'
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
