import { JobRunnerError } from '../errors.ts';
import { isBranded } from './brand.ts';
import { dtypeOf, isComplex, type TypedArray } from './dtype.ts';
import { copyInto, put } from './nested.ts';
import { say } from './shape.ts';
import type { SharedArray } from './shared-array.ts';

/** A piece of a column, as hyparquet hands it to `onChunk`. */
export interface ColumnChunk {
  readonly columnName: string;
  readonly columnData: ArrayLike<unknown>;
  readonly rowStart: number;
}

/** Options of a reader of parquet files: which columns to read, and who takes their pieces. */
export interface ColumnsInto {
  readonly columns: string[];
  readonly onChunk: (chunk: ColumnChunk) => void;
}

/**
 * Reads columns of a parquet file straight into shared arrays, a piece at a time, so that no column is ever in
 * memory twice. The reading is hyparquet's `parquetRead`, which takes the options that it is called with here.
 *
 * 64-bit integers become numbers where an array of numbers can hold them; dates milliseconds since 1970, booleans 0
 * and 1, and what is missing NaN. Rows of the file that an array has no room for are left out.
 *
 * @param columns - an array of one dimension for each column
 * @throws JobRunnerError `INVALID_ARRAY` for a value that does not fit its array; whatever the reading throws.
 *
 * @example
 * const delay = SharedArray.zeros('float32', Number(metadata.num_rows));
 * await fillColumns({ delay }, (into) => parquetRead({ file, metadata, ...into }));
 */
export async function fillColumns(
  columns: Readonly<Record<string, SharedArray>>,
  read: (into: ColumnsInto) => PromiseLike<unknown>,
): Promise<void> {
  for (const [name, array] of Object.entries(columns)) {
    if (!isBranded(array)) {
      throw new JobRunnerError(
        'INVALID_ARRAY',
        `a column fills a SharedArray, and that of ${name} is ${say(array)}`,
      );
    }
    if (array.shape.length === 1 && !isComplex(array.dtype)) continue;
    throw new JobRunnerError(
      'INVALID_ARRAY',
      `a column fills an array of one dimension, and that of ${name} is ${array.dtype} ${say(array.shape)}`,
    );
  }
  // Whoever calls back may not be awaited by anyone, so nothing must be thrown there.
  const failures: unknown[] = [];
  await read({
    columns: Object.keys(columns),
    onChunk: (chunk) => {
      const { columnName: name } = chunk;
      try {
        if (Object.hasOwn(columns, name)) fill(columns[name] as SharedArray, chunk);
      } catch (failure) {
        failures.push(failure);
      }
    },
  });
  if (failures.length > 0) throw failures[0];
}

function fill({ data }: SharedArray, { columnName, columnData, rowStart }: ColumnChunk): void {
  const dtype = dtypeOf(data)!;
  const length = Math.min(columnData.length, data.length - rowStart);
  if (length <= 0) return;
  if (dtypeOf(columnData) === dtype) {
    copyInto(data, rowStart, (columnData as TypedArray).subarray(0, length), () => columnName);
    return;
  }
  const holdsBigInts = dtype === 'bigint64' || dtype === 'biguint64';
  for (let i = 0; i < length; i++) {
    const value = asNumber(columnData[i]);
    // Parquet has 64-bit integers where a program means a number, and the other way round.
    const converted = holdsBigInts === (typeof value === 'bigint') ? value : converse(value);
    put(data, dtype, rowStart + i, converted, () => `${columnName}[${rowStart + i}]`);
  }
}

function asNumber(value: unknown): unknown {
  if (value === null || value === undefined) return Number.NaN;
  if (value instanceof Date) return value.getTime();
  return typeof value === 'boolean' ? Number(value) : value;
}

/** A bigint as a number, a whole number as a bigint, as long as nothing is lost. */
function converse(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  return typeof value === 'bigint' && BigInt(Number(value)) === value ? Number(value) : value;
}
