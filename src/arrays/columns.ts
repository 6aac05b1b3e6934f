import { JobRunnerError } from '../errors.ts';
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

/**
 * For the `onChunk` of hyparquet's `parquetRead`: puts the columns of a parquet file straight into shared arrays, a
 * piece at a time, so that no column is ever in memory twice. Columns without an array here are passed over.
 *
 * Dates become milliseconds since 1970, booleans 0 and 1, and what is missing NaN.
 *
 * @param columns - an array of one dimension for each column, as long as the file has rows
 * @throws JobRunnerError `INVALID_ARRAY`, in the reading, for a value that does not fit its array and for more rows
 * than the array has.
 *
 * @example
 * const delay = SharedArray.zeros('float32', Number(metadata.num_rows));
 * await parquetRead({ file, metadata, columns: ['delay'], onChunk: fillColumns({ delay }) });
 */
export function fillColumns(columns: Readonly<Record<string, SharedArray>>): (chunk: ColumnChunk) => void {
  for (const [name, array] of Object.entries(columns)) {
    if (array.shape.length === 1 && !isComplex(array.dtype)) continue;
    throw new JobRunnerError(
      'INVALID_ARRAY',
      `a column fills an array of one dimension, and that of ${name} is ${array.dtype} ${say(array.shape)}`,
    );
  }
  return ({ columnName, columnData, rowStart }) => {
    if (!Object.hasOwn(columns, columnName)) return;
    const { data } = columns[columnName] as SharedArray;
    const dtype = dtypeOf(data)!;
    const { length } = columnData;
    if (rowStart + length > data.length) {
      throw new JobRunnerError(
        'INVALID_ARRAY',
        `column ${columnName} has ${rowStart + length} rows or more, and its array ${data.length}`,
      );
    }
    if (dtypeOf(columnData) === dtype) {
      copyInto(data, rowStart, columnData as TypedArray, () => columnName);
      return;
    }
    const holdsBigInts = dtype === 'bigint64' || dtype === 'biguint64';
    for (let i = 0; i < length; i++) {
      const value = asNumber(columnData[i]);
      // Parquet has 64-bit integers where a program means a number, and the other way round.
      const converted = holdsBigInts === (typeof value === 'bigint') ? value : converse(value);
      put(data, dtype, rowStart + i, converted, () => `${columnName}[${rowStart + i}]`);
    }
  };
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
