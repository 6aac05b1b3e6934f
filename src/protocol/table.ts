/**
 * Objects in a row that have the same fields, all of them primitive, field by field. Structured clone writes every
 * name of every object; this way objects cross in less than half the time (benchmarks/object-jobs.ts).
 */
export interface Table {
  /** Index of the first object among the values. */
  readonly at: number;
  readonly keys: readonly string[];
  /** A column for each key: the fields of one object after the other. */
  readonly columns: unknown[][];
}

/** Takes objects while they fit. */
export class TableWriter {
  readonly table: Table;
  #nRows = 0;

  private constructor(at: number, keys: readonly string[]) {
    this.table = { at, keys, columns: keys.map(() => []) };
  }

  /** A table that begins with this object; undefined if it is none for a table. */
  static start(object: object, at: number): TableWriter | undefined {
    if (!isRecord(object)) return undefined;
    const keys = Object.keys(object);
    // Assigning to that name would set the prototype.
    if (keys.length === 0 || keys.includes('__proto__')) return undefined;
    const writer = new TableWriter(at, keys);
    return writer.#write(object, keys) ? writer : undefined;
  }

  get nRows(): number {
    return this.#nRows;
  }

  /** Index that the next object must have. */
  get end(): number {
    return this.table.at + this.#nRows;
  }

  add(object: object): boolean {
    return isRecord(object) && this.#write(object, Object.keys(object));
  }

  #write(object: object, found: readonly string[]): boolean {
    const { keys, columns } = this.table;
    if (found.length !== keys.length) return false;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      if (found[i] !== key) return false;
      const field = (object as Record<string, unknown>)[key];
      if (!crossesAsItIs(field)) return false;
      // Where the row ends; what an object that did not fit has left there is overwritten, or cut off by `finish`.
      columns[i]![this.#nRows] = field;
    }
    this.#nRows++;
    return true;
  }

  finish(): Table {
    for (const column of this.table.columns) column.length = this.#nRows;
    return this.table;
  }
}

/** Puts the objects of a table back where they belong. */
export function fillIn(values: unknown[], { at, keys, columns }: Table): void {
  const nRows = columns[0]!.length;
  for (let i = 0; i < nRows; i++) {
    const object: Record<string, unknown> = {};
    for (let j = 0; j < keys.length; j++) object[keys[j]!] = columns[j]![i];
    values[at + i] = object;
  }
}

function isRecord(object: object): boolean {
  return Object.getPrototypeOf(object) === Object.prototype;
}

function crossesAsItIs(field: unknown): boolean {
  return (
    field === null || (typeof field !== 'object' && typeof field !== 'function' && typeof field !== 'symbol')
  );
}
