/**
 * Three million flights of American airlines, January to June 2001, as the Bureau of Transportation Statistics
 * recorded them. The npm package vega-datasets carries them as a parquet file of 13 MB, sorted by the minute of
 * departure. Two of its five columns are read here, chunk by chunk, into shared arrays.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { decompress } from 'fzstd';
import { asyncBufferFromFile, parquetMetadataAsync, parquetRead } from 'hyparquet';
import { SharedArray } from 'parajob';

const HOUR = 3_600_000;
export const HOURS_PER_DAY = 24;

/** Flights in order of departure, and an index to them by day and hour. */
export interface Flights {
  /** Arrival delay of each flight in minutes; early arrivals are negative. */
  readonly delays: SharedArray<'int16'>;
  /** A row for each day: the flights of hour `h` are those from `row[h]` up to `row[h + 1]`. */
  readonly starts: SharedArray<'int32'>;
  readonly days: number;
  readonly firstDay: Date;
}

export async function readFlights(): Promise<Flights> {
  const file = await asyncBufferFromFile(parquetPath());
  const metadata = await parquetMetadataAsync(file);
  const count = Number(metadata.num_rows);
  const delays = SharedArray.zeros('int16', count);
  const hours = new Int32Array(count); // since 1970, in the local time of the airport

  await parquetRead({
    file,
    metadata,
    columns: ['date', 'delay'],
    compressors: { ZSTD: (bytes, length) => decompress(bytes, new Uint8Array(length)) },
    onChunk({ columnName, columnData, rowStart }) {
      const target = columnName === 'date' ? hours : delays.data;
      const scale = columnName === 'date' ? HOUR : 1;
      for (let i = 0; i < columnData.length; i++)
        target[rowStart + i] = Math.floor(Number(columnData[i]) / scale);
    },
  });

  // The very last flight left in the first minute of July: one flight is no day.
  const firstDay = Math.floor(hours[0]! / HOURS_PER_DAY);
  const days = Math.floor(hours[count - 1]! / HOURS_PER_DAY) - firstDay;
  const starts = SharedArray.zeros('int32', [days, HOURS_PER_DAY + 1]);
  let flight = 0;
  for (let day = 0; day < days; day++) {
    const row = starts.row(day);
    for (let hour = 0; hour <= HOURS_PER_DAY; hour++) {
      while (hours[flight]! < (firstDay + day) * HOURS_PER_DAY + hour) flight++;
      row[hour] = flight;
    }
  }
  return { delays, starts, days, firstDay: new Date(firstDay * HOURS_PER_DAY * HOUR) };
}

function parquetPath(): string {
  const entry = createRequire(import.meta.url).resolve('vega-datasets');
  return join(dirname(entry), '..', 'data', 'flights-3m.parquet');
}
