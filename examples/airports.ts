/**
 * The same three million flights as in flight-delays, seen from the airports: how many left in each hour from January
 * to June 2001, and how late they arrived, one row an airport. Two columns of the parquet file go straight into
 * shared arrays; the third, of names, is counted as it comes.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { decompress } from 'fzstd';
import { asyncBufferFromFile, parquetMetadataAsync, parquetRead } from 'hyparquet';
import { fillColumns, SharedArray } from 'parajob';

const HOUR = 3_600_000;
/** Hours from the first of January to the last of June. */
export const HOURS: number = 181 * 24;

export interface Airports {
  /** Busiest first. */
  readonly codes: readonly string[];
  /** Departures in each hour: a row an airport. */
  readonly departures: SharedArray<'float64'>;
  /** Minutes by which those departures arrived late, added up; early arrivals count as negative. */
  readonly minutesLate: SharedArray<'float64'>;
}

/** Airports with at least `perDay` departures a day. */
export async function readAirports(perDay: number): Promise<Airports> {
  const file = await asyncBufferFromFile(parquetPath());
  const metadata = await parquetMetadataAsync(file);
  const nFlights = Number(metadata.num_rows);
  const date = SharedArray.zeros('float64', nFlights);
  const delay = SharedArray.zeros('int16', nFlights);
  const origin = new Uint16Array(nFlights);
  const numbers = new Map<string, number>();

  await fillColumns({ date, delay }, ({ columns, onChunk }) =>
    parquetRead({
      file,
      metadata,
      compressors: { ZSTD: (bytes, length) => decompress(bytes, new Uint8Array(length)) },
      columns: [...columns, 'origin'],
      onChunk: (chunk) => {
        onChunk(chunk);
        if (chunk.columnName !== 'origin') return;
        (chunk.columnData as string[]).forEach((code, i) => {
          if (!numbers.has(code)) numbers.set(code, numbers.size);
          origin[chunk.rowStart + i] = numbers.get(code)!;
        });
      },
    }),
  );

  const counts = new Uint32Array(numbers.size);
  for (const airport of origin) counts[airport]!++;
  const kept = [...numbers]
    .filter(([, number]) => counts[number]! >= (perDay * HOURS) / 24)
    .sort(([a, i], [b, j]) => counts[j]! - counts[i]! || (a < b ? -1 : 1));
  const rowOf = new Int32Array(numbers.size).fill(-1);
  kept.forEach(([, number], row) => {
    rowOf[number] = row;
  });

  const departures = SharedArray.zeros('float64', [kept.length, HOURS]);
  const minutesLate = SharedArray.zeros('float64', [kept.length, HOURS]);
  const start = Date.UTC(2001, 0, 1);
  for (let flight = 0; flight < nFlights; flight++) {
    const row = rowOf[origin[flight]!]!;
    const hour = Math.floor((date.data[flight]! - start) / HOUR);
    if (row < 0 || hour >= HOURS) continue; // the very last flight left in the first minute of July
    departures.data[row * HOURS + hour]!++;
    minutesLate.data[row * HOURS + hour]! += delay.data[flight]!;
  }
  return { codes: kept.map(([code]) => code), departures, minutesLate };
}

function parquetPath(): string {
  const entry = createRequire(import.meta.url).resolve('vega-datasets');
  return join(dirname(entry), '..', 'data', 'flights-3m.parquet');
}
