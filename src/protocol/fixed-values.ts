import { types } from 'node:util';
import { dtypeOf } from '../arrays/dtype.ts';
import { fromHandle, type SharedArrayHandle } from '../arrays/handle.ts';
import { isSharedArray } from '../arrays/shared-array.ts';
import { listOf, NumberList } from './number-list.ts';
import { isPrimitive } from './object-kinds.ts';
import { fillIn, type Table, TableWriter } from './table.ts';
import type { Path } from './uncloneable.ts';
import { type Copying, type Filling, type Lent, overBytes, ValueWalk } from './value-walk.ts';

/**
 * Values as they were when they were handed over, ready to cross. Where a SharedArray stood there is its handle, and
 * where many lanes make a copy of their own, the memory to make it from; `shared` says where, so that the receiver
 * need not search.
 */
export interface FixedValues {
  readonly values: unknown[] | Float64Array;
  /** Paths of handles and of memory to copy; the first step is an index of `values`. */
  readonly shared: Path[];
  /** What is still to be written into buffers among the values. */
  readonly fillings: readonly Filling[];
  /** What stands in `values` as undefined. */
  readonly tables: readonly Table[];
}

/**
 * Collects values and fixes each as it comes: a job may reuse its output buffer, an iterator its object, and no
 * two places ever share one. One walk copies, notes shared arrays, lists buffers that may be moved (they are our
 * copies), and names the path of what cannot cross.
 */
export class ValueFixer {
  /** Values that are all numbers, so far; the others come in `#values`. */
  readonly #numbers = new NumberList();
  #isNumeric = true;
  #values: unknown[] = [];
  #shared: Path[] = [];
  #tables: TableWriter[] = [];
  #isIrregular = false;
  #buffers: ArrayBuffer[] = [];
  #fillings: Filling[] = [];
  #lent: Lent[] = [];
  #nBytes = 0;
  readonly #copying: Copying;

  constructor(copying: Copying = {}) {
    this.#copying = copying;
  }

  get size(): number {
    return this.#isNumeric ? this.#numbers.size : this.#values.length;
  }

  /** Bytes of the larger buffers among the values. */
  get nBytes(): number {
    return this.#nBytes;
  }

  /** Throws {@link UncloneableError}, and then has added nothing. */
  add(value: unknown, root: string): void {
    if (this.#isNumeric) {
      if (typeof value === 'number') {
        this.#numbers.add(value);
        return;
      }
      this.#values = this.#numbers.takeList();
      this.#isNumeric = false;
    }
    if (isPrimitive(value)) {
      this.#values.push(value);
      return;
    }
    if (typeof value === 'object' && this.#addRow(value as object)) {
      this.#values.push(undefined);
      return;
    }
    const walk = new ValueWalk(root, this.#values.length, this.#copying);
    const copy = walk.fix(value);
    this.#values.push(copy);
    this.#shared.push(...walk.shared);
    for (const buffer of walk.buffers) this.#nBytes += buffer.byteLength;
    this.#buffers.push(...walk.buffers);
    this.#fillings.push(...walk.fillings);
    this.#lent.push(...walk.lent);
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

  /** Hands over what has been collected, and starts anew. `lent` is for the lender, once the values have arrived. */
  take(): { readonly fixed: FixedValues; readonly transfer: ArrayBuffer[]; readonly lent: readonly Lent[] } {
    const tables = this.#tables.map((table) => table.finish());
    const values = this.#isNumeric ? this.#numbers.take() : this.#values;
    const fixed = { values, shared: this.#shared, fillings: this.#fillings, tables };
    const taken = { fixed, transfer: this.#buffers, lent: this.#lent };
    this.#isNumeric = true;
    this.#values = [];
    this.#shared = [];
    this.#tables = [];
    this.#isIrregular = false;
    this.#buffers = [];
    this.#fillings = [];
    this.#lent = [];
    this.#nBytes = 0;
    return taken;
  }
}

/** Fixes a list of values at once. Throws {@link UncloneableError}. */
export function fixAll(
  values: readonly unknown[],
  root: string,
  copying?: Copying,
): { fixed: FixedValues; transfer: ArrayBuffer[] } {
  const fixer = new ValueFixer(copying);
  values.forEach((value, i) => {
    fixer.add(value, `${root}[${i}]`);
  });
  return fixer.take();
}

/** The values on the other side, whole again, in a list. */
export function reviveValues(fixed: FixedValues): unknown[] {
  const values = reviveInPlace(fixed);
  return types.isFloat64Array(values) ? listOf(values) : values;
}

/** The same for those who only go through them: numbers stay where they are. Changes `fixed.values`. */
export function reviveInPlace({ values, shared, fillings, tables }: FixedValues): unknown[] | Float64Array {
  if (types.isFloat64Array(values)) return values;
  for (const table of tables) fillIn(values, table);
  for (const { into, from } of fillings) new Uint8Array(into).set(new Uint8Array(from, 0, into.byteLength));
  const known = new Map<unknown, unknown>();
  for (const path of shared) {
    const container = path.slice(0, -1).reduce(stepInto, values);
    const last = path.at(-1)!;
    const sent = stepInto(container, last);
    const revived = known.get(sent) ?? revive(sent);
    known.set(sent, revived);
    if (revived !== sent) replace(container, last, revived);
  }
  return values;
}

function revive(sent: unknown): unknown {
  if (types.isSharedArrayBuffer(sent)) return ownCopy(sent, 0, sent.byteLength);
  if (ArrayBuffer.isView(sent) && types.isSharedArrayBuffer(sent.buffer)) {
    return overBytes(sent, ownCopy(sent.buffer, sent.byteOffset, sent.byteLength));
  }
  // Values that have not left their thread may be revived already.
  if (isSharedArray(sent) || dtypeOf(sent) !== undefined || types.isAnyArrayBuffer(sent)) return sent;
  return types.isDataView(sent) ? sent : fromHandle(sent as SharedArrayHandle);
}

function ownCopy(memory: SharedArrayBuffer, byteOffset: number, byteLength: number): ArrayBuffer {
  const copy = new ArrayBuffer(byteLength);
  new Uint8Array(copy).set(new Uint8Array(memory, byteOffset, byteLength));
  return copy;
}

// Maps are walked as their entries, flat: index 2 n is the n-th key, 2 n + 1 its value.
function stepInto(container: unknown, key: string | number): unknown {
  if (container instanceof Map) return [...container].flat()[key as number];
  if (container instanceof Set) return [...container][key as number];
  return Object.getOwnPropertyDescriptor(container, key)?.value;
}

function replace(container: unknown, key: string | number, revived: unknown): void {
  if (container instanceof Map) {
    const flat = [...container].flat();
    flat[key as number] = revived;
    container.clear();
    for (let i = 0; i < flat.length; i += 2) container.set(flat[i], flat[i + 1]);
  } else if (container instanceof Set) {
    const members = [...container];
    members[key as number] = revived;
    container.clear();
    for (const member of members) container.add(member);
  } else Object.defineProperty(container, key, { value: revived });
}

/** A table of fewer rows than this, and the next object does not fit: tables are of no use here. */
const WORTH_A_TABLE = 8;
