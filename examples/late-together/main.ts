/**
 * Which airports are late on the same days? The correlation of every airport's delays with every other's.
 *
 *   1. `rankRows` and `correlate` (correlate.ts) are plain functions of matrices;
 *   2. `splitRows` makes each run on all cores, on blocks of rows: the one returns a matrix, which is joined; the
 *      other gets the whole matrix beside its block, and writes its rows of a shared output;
 *   3. the matrix goes into a `.npy` file for those who go on in Python, and into a picture.
 *
 *   npx tsx examples/late-together/main.ts --out late.svg
 */
import { writeFile } from 'node:fs/promises';
import { SharedArray, splitRows } from 'parajob';
import { writeNpy } from 'parajob/npy';
import { HOURS, readAirports } from '../airports.ts';
import { readArguments } from '../arguments.ts';
import { heatMap } from '../heat-map.ts';
import { correlate, rankRows } from './correlate.ts';

const HELP = `Which airports are late on the same days?

  --out PATH    where the picture goes, an SVG (default: in the system's folder for temporary files);
                the matrix goes beside it, as a .npy file
  --workers N   how many workers; 1 runs in this thread, for a debugger (default: all cores)
  --quick       large airports only
  --help        this text`;

const { workers, quick, out } = readArguments(HELP, 'late-together.svg');

const { codes, departures, minutesLate } = await readAirports(quick ? 100 : 10);
const days = HOURS / 24;
console.log(`${codes.length} airports, ${days} days.`);

const lateness = SharedArray.zeros('float64', [codes.length, days]);
for (let i = 0; i < lateness.size; i++) {
  const hours = { from: i * 24, to: (i + 1) * 24 };
  const sum = ({ data }: SharedArray<'float64'>) =>
    data.subarray(hours.from, hours.to).reduce((total, value) => total + value, 0);
  lateness.data[i] = sum(minutesLate) / Math.max(sum(departures), 1);
}

const ranks = await splitRows(rankRows, { nWorkers: workers })(lateness);
const correlations = SharedArray.zeros('float64', [codes.length, codes.length]);
await splitRows(correlate, { shared: [1], out: 2, nWorkers: workers })(ranks, ranks, correlations);

const pairs = codes
  .flatMap((code, i) =>
    codes.slice(i + 1).map((other, n) => ({ code, other, at: correlations.row(i)[i + 1 + n]! })),
  )
  .sort((a, b) => b.at - a.at);
const tell = ({ code, other, at }: (typeof pairs)[number]) =>
  `  ${code} and ${other}  ${at.toFixed(3).padStart(6)}`;
console.log(`
Late on the same days (rank correlation of the mean delay of a day):
${pairs.slice(0, 8).map(tell).join('\n')}
and the least so:
${pairs.slice(-3).map(tell).join('\n')}
`);

const matrix = out.replace(/(\.svg)?$/, '.npy');
await writeNpy(matrix, correlations);
await writeFile(
  out,
  heatMap({
    title: 'Delays of a day: rank correlation between airports, busiest first',
    values: Float64Array.from(correlations.data),
    width: codes.length,
    rows: codes,
    marks: [],
    scale: [9, 9],
  }),
);
console.log(`Matrix: ${matrix}\nPicture: ${out}`);
