/**
 * The pulse of airports: the spectrum of the departures of every hour, for each airport of three million flights.
 *
 *   1. hourly departures are a SharedArray, a row an airport (../airports.ts reads them);
 *   2. `runJobs` over the SharedArray runs a job a row: a worker class that keeps its FFT and window (welch.ts);
 *   3. with `outputDtype` and `outputShape` each spectrum is written into its row of one array, in place;
 *   4. the picture is an SVG: airports down, frequency to the right.
 *
 *   npx tsx examples/spectra/main.ts --out pulse.svg
 */
import { writeFile } from 'node:fs/promises';
import { JobRunner, type SharedArray } from 'parajob';
import { readAirports } from '../airports.ts';
import { readArguments } from '../arguments.ts';
import { heatMap } from '../heat-map.ts';
import { cyclesPerDay, N_FREQUENCIES, WelchSpectrum } from './welch.ts';

const HELP = `The pulse of airports: a spectrum of the hourly departures of each.

  --out PATH    where the picture goes, an SVG (default: in the system's folder for temporary files)
  --workers N   how many workers; 1 runs in this thread, for a debugger (default: all cores)
  --quick       large airports only
  --help        this text`;

const { workers, quick, out } = readArguments(HELP, 'spectra.svg');

const { codes, departures } = await readAirports(quick ? 100 : 5);
console.log(`${codes.length} airports, ${departures.shape[1]!.toLocaleString('en')} hours each.`);

const runner = new JobRunner(WelchSpectrum, { nWorkers: workers });
const spectra = await runner.runJobs(departures, {
  outputDtype: 'float64',
  outputShape: [codes.length, N_FREQUENCIES],
  progress: { label: 'spectra' },
});

console.log(`
Share of the ups and downs of hourly departures that repeats with a period, and departures a day:

      departures    day   week   noise`);
const rhythms = codes.map((code, row) => rhythmOf(code, departures.row(row), spectra.row(row)));
for (const { code, perDay, daily, weekly, rest } of rhythms.slice(0, 12)) {
  console.log(
    `${code}  ${perDay.toFixed(0).padStart(12)}${percent(daily)}${percent(weekly)}${percent(rest)}`,
  );
}
const mostWeekly = rhythms.reduce((most, rhythm) => (rhythm.weekly > most.weekly ? rhythm : most));
console.log(`
Nowhere does the week count for more than in ${mostWeekly.code}: ${(100 * mostWeekly.weekly).toFixed(1)} %.`);

await writeFile(out, picture(spectra));
console.log(`Picture: ${out}`);

interface Rhythm {
  readonly code: string;
  readonly perDay: number;
  readonly daily: number;
  readonly weekly: number;
  readonly rest: number;
}

function rhythmOf(code: string, signal: Float64Array, spectrum: Float64Array): Rhythm {
  let [daily, weekly, total] = [0, 0, 0];
  spectrum.forEach((power, k) => {
    total += power;
    if (isNear(k, 1)) daily += power;
    else if (isNear(k, 1 / 7)) weekly += power;
  });
  const perDay = (24 * signal.reduce((sum, value) => sum + value, 0)) / signal.length;
  return { code, perDay, daily: daily / total, weekly: weekly / total, rest: 1 - (daily + weekly) / total };
}

/** Whether a column is that of a rhythm or one of its harmonics, as far as the window can tell. */
function isNear(column: number, frequency: number): boolean {
  const multiple = Math.round(cyclesPerDay(column) / frequency);
  return multiple > 0 && multiple < 7 && Math.abs(column - (multiple * frequency) / cyclesPerDay(1)) <= 1.5;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`.padStart(8);
}

/** Brightness is the logarithm of power, of each airport for itself. */
function picture({ data }: SharedArray<'float64'>): string {
  const columns = 220; // up to five cycles a day; beyond, little happens
  const values = new Float64Array(codes.length * columns);
  for (let row = 0; row < codes.length; row++) {
    const powers = data.subarray(row * N_FREQUENCIES + 1, row * N_FREQUENCIES + 1 + columns);
    const most = Math.log10(Math.max(...powers));
    powers.forEach((power, k) => {
      values[row * columns + k] = 1 + (Math.log10(power) - most) / 4;
    });
  }
  const column = (frequency: number) => frequency / cyclesPerDay(1) - 0.5;
  return heatMap({
    title: 'Hourly departures: power by cycles a day',
    values,
    width: columns,
    rows: codes,
    marks: [[column(1 / 7), '1/7'], ...[1, 2, 3, 4, 5].map((n): [number, string] => [column(n), String(n)])],
    scale: [4, 9],
  });
}
