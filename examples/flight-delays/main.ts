/**
 * How late is late? Of three million real flights, by the hour in which they left: the delay that one flight in ten
 * exceeds, and how sure one can be of that number.
 *
 * The 90th percentile has no formula for its error when flights depend on each other, as those of one day do. So
 * days are drawn again and again (bootstrap.ts), and every draw goes through 125,000 flights an hour. That takes a
 * while on one core, and here is what makes it run on all of them:
 *
 *   1. the flights are read into SharedArrays (flights.ts): every worker sees them, nothing is copied;
 *   2. the work is a class, `HourlyQuantile`, that gets them once, by `workerArgs`;
 *   3. `nJobs` makes jobs out of nothing but their number, and `mapJob` turns the number into an hour;
 *   4. with `outputDtype` and `outputShape` each job writes a row of one array, in place;
 *   5. random numbers are seeded by place, so that 1, 2 or 64 workers give the very same table.
 *
 *   npm start                      all workers
 *   npm start -- --workers 1       in this thread: put a breakpoint into bootstrap.ts
 *   npm start -- --quick           fewer draws
 */
import { parseArgs } from 'node:util';
import { JobRunner, SharedArray } from 'parajob';
import { HourlyQuantile, REPLICATES_PER_JOB } from './bootstrap.ts';
import { delaysAt, estimate } from './estimates.ts';
import { HOURS_PER_DAY, readFlights } from './flights.ts';
import { table } from './table.ts';

const QUANTILE = 0.9;
const SEED = 2001;

const HELP = `How late is late? Bootstrap intervals for the delay of three million flights.

  --workers N   how many workers; 1 runs in this thread, for a debugger (default: all cores)
  --quick       fewer draws, wider error
  --help        this text`;

const { workers, quick, help } = readArguments();
if (help) {
  console.log(HELP);
  process.exit();
}

let started = performance.now();
const flights = await readFlights();
console.log(
  `Read ${flights.delays.length.toLocaleString('en')} flights on ${flights.days} days from ` +
    `${flights.firstDay.toISOString().slice(0, 10)} on, in ${seconds(performance.now() - started)}.`,
);

// The day of an airport begins at five; hours with hardly a flight (in the dead of night) tell nothing.
const hours = Array.from({ length: HOURS_PER_DAY }, (_, i) => (i + 5) % HOURS_PER_DAY).filter(
  (hour) => delaysAt(hour, flights).length >= 10 * flights.days,
);
const draws = quick ? 200 : 4000;
const nJobs = (hours.length * draws) / REPLICATES_PER_JOB;
const timings = SharedArray.zeros('float64', [nJobs, 2]);

started = performance.now();
const runner = new JobRunner(HourlyQuantile, {
  workerArgs: [flights, { hours, quantile: QUANTILE, seed: SEED, timings }],
  nWorkers: workers,
});
const replicates = await runner.runJobs({
  nJobs,
  outputDtype: 'float64',
  outputShape: [nJobs, REPLICATES_PER_JOB],
  progress: { label: 'drawing days' },
});
const elapsed = performance.now() - started;

// Job 0 did the first hour, job 1 the second, and so on around: gather the rows of each hour.
const estimates = hours.map((hour, first) => {
  const rows: number[] = [];
  for (let place = first; place < nJobs; place += hours.length) rows.push(...replicates.row(place));
  return estimate(hour, flights, QUANTILE, Float64Array.from(rows));
});

console.log(`
One flight in ten arrived more than this late, by the hour in which it left (local time, January to June 2001).
Interval: ${draws.toLocaleString('en')} draws of ${flights.days} days with all their flights, because flights of one day share its weather.
`);
console.log(table(estimates));

const width = ([low, high]: readonly [number, number]) => high - low;
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
const tooNarrow =
  sum(estimates.map(({ interval }) => width(interval))) /
  sum(estimates.map(({ naiveInterval }) => width(naiveInterval)));
const rows = Array.from({ length: nJobs }, (_, place) => timings.row(place));
const busy = sum(rows.map(([milliseconds]) => milliseconds!));
const busyWorkers = new Set(rows.map(([, workerId]) => workerId)).size;
console.log(`
On average, intervals that take flights for independent would be ${tooNarrow.toFixed(1)} times too narrow.
${busyWorkers} worker${busyWorkers === 1 ? '' : 's'} did ${nJobs.toLocaleString('en')} jobs in ${seconds(elapsed)}; the jobs add up to ${seconds(busy)} of computing.`);

function readArguments(): { workers: number | undefined; quick: boolean; help: boolean } {
  try {
    const { values } = parseArgs({
      options: { workers: { type: 'string' }, quick: { type: 'boolean' }, help: { type: 'boolean' } },
    });
    const workers = values.workers === undefined ? undefined : Number(values.workers);
    if (workers !== undefined && !(Number.isInteger(workers) && workers > 0)) {
      throw new Error(`--workers takes a whole number from 1 up, not '${values.workers}'`);
    }
    return { workers, quick: values.quick ?? false, help: values.help ?? false };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    process.exit(2);
  }
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
