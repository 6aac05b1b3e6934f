import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { decompress } from 'fzstd';
import { asyncBufferFromFile, parquetMetadataAsync, parquetRead } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { fillColumns } from '../../src/arrays/columns.ts';
import { SharedArray } from '../../src/arrays/shared-array.ts';

it('the columns of a real parquet file go straight into shared arrays', async () => {
  const entry = createRequire(import.meta.url).resolve('vega-datasets');
  const file = await asyncBufferFromFile(join(dirname(entry), '..', 'data', 'flights-3m.parquet'));
  const metadata = await parquetMetadataAsync(file);
  const rowEnd = 200_000; // inside of a row group
  const delay = SharedArray.zeros('int16', rowEnd);
  const distance = SharedArray.zeros('float32', rowEnd);
  const compressors = {
    ZSTD: (bytes: Uint8Array, length: number) => decompress(bytes, new Uint8Array(length)),
  };
  await fillColumns({ delay, distance }, (into) =>
    parquetRead({ file, metadata, compressors, rowEnd, ...into }),
  );
  const whole: Record<string, unknown>[] = [];
  await parquetRead({
    file,
    metadata,
    compressors,
    rowEnd: 1000,
    rowFormat: 'object',
    columns: ['delay', 'distance'],
    onComplete: (rows) => whole.push(...(rows as Record<string, unknown>[])),
  });
  expect([...delay.slice(0, 1000)]).toEqual(whole.map((row) => Number(row.delay)));
  expect([...distance.slice(0, 1000)]).toEqual(whole.map((row) => Number(row.distance)));
});

describe('a column', () => {
  const fill = async (array: SharedArray, columnData: ArrayLike<unknown>, rowStart = 0) => {
    await fillColumns({ x: array }, async ({ onChunk }) => {
      onChunk({ columnName: 'x', columnData, rowStart });
    });
    return array.toNested();
  };

  it('comes in pieces', async () => {
    const x = SharedArray.zeros('int32', 5);
    await fill(x, Int32Array.of(4, 5), 3);
    expect(await fill(x, [1, 2, 3])).toEqual([1, 2, 3, 4, 5]);
  });

  it('may hold 64-bit integers, dates, truths, and gaps', async () => {
    expect(
      await fill(SharedArray.zeros('float64', 5), [7n, new Date(86_400_000), true, null, undefined]),
    ).toEqual([7, 86_400_000, 1, Number.NaN, Number.NaN]);
    expect(await fill(SharedArray.zeros('bigint64', 2), [7, 8n])).toEqual([7n, 8n]);
    expect(await fill(SharedArray.zeros('int8', 2), BigInt64Array.of(-1n, 1n))).toEqual([-1, 1]);
  });

  it('without an array is passed over, as are rows without room', async () => {
    const array = SharedArray.zeros('int8', 1);
    await fillColumns({ x: array }, async ({ columns, onChunk }) => {
      expect(columns).toEqual(['x']);
      onChunk({ columnName: 'toString', columnData: ['a'], rowStart: 0 });
      onChunk({ columnName: 'x', columnData: Int8Array.of(1, 2), rowStart: 0 });
      onChunk({ columnName: 'x', columnData: [3], rowStart: 2 });
    });
    expect(array.toNested()).toEqual([1]);
  });

  it('that cannot be read gives the error of its reader', async () => {
    const read = async () => {
      throw new TypeError('no such file');
    };
    await expect(fillColumns({ x: SharedArray.zeros('int8', 1) }, read)).rejects.toThrow('no such file');
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'an array that is not shared',
      () => fill(new Float64Array(2) as never, [1]),
      /that of \w+ is a Float64Array/,
    ],
    [
      'a gap among integers',
      () => fill(SharedArray.zeros('int32', 2), [1, null]),
      /x\[1\] is NaN, which does not fit int32/,
    ],
    [
      'what would wrap',
      () => fill(SharedArray.zeros('int8', 9), [1, 200], 7),
      /x\[8\] is 200, which does not fit int8/,
    ],
    [
      'a bigint that is no number',
      () => fill(SharedArray.zeros('float64', 1), [2n ** 53n + 1n]),
      /is 9007199254740993n/,
    ],
    ['a fraction for a bigint', () => fill(SharedArray.zeros('bigint64', 1), [0.5]), /is 0.5/],
    ['text', () => fill(SharedArray.zeros('float64', 1), ['a']), /is "a", which is not a number/],
    [
      'a matrix for a column',
      () => fill(SharedArray.zeros('float64', [1, 2]), [1, 2]),
      /that of x is float64 \[1, 2\]/,
    ],
  ])('refuses %s', async (_, act, message) => {
    await expect(act()).rejects.toMatchObject({
      code: 'INVALID_ARRAY',
      message: expect.stringMatching(message),
    });
  });
});
