/**
 * A tour of parajob, to be read from top to bottom beside what it prints:
 *
 *   npx tsx examples/tour/main.ts            a few seconds
 *   npx tsx examples/tour/main.ts --quick    the same on smaller arrays
 *
 * The functions and classes that run in parallel are in workers.ts.
 */
import { parseArgs } from 'node:util';
import { JobError, JobRunner, partial, SharedArray, stackResults } from 'parajob';
import { quantile, variance } from 'simple-statistics';
import { seeded } from '../random.ts';
import {
  ArrayVariance,
  estimatePi,
  hatesEights,
  inMainThread,
  randomWalk,
  SharedVariance,
  sleepy,
} from './workers.ts';

const { quick } = parseArgs({ options: { quick: { type: 'boolean', default: false } } }).values;
const random = seeded(2, 0);
const randomArray = (length: number) => new Float64Array(length).map(random);
const shown = (numbers: Iterable<number>) => Array.from(numbers, (number) => number.toFixed(4)).join(' ');

function section(title: string): void {
  console.log(`\n== ${title} ==`);
}

section('A worker class');
// mapJob turns an input into arguments and keeps the place alongside, because jobs end in any order; results come
// in the order of the inputs all the same. `logLevel: 'info'` would show on stderr what the worker logs.
const arrays = Array.from({ length: 25 }, () => randomArray(quick ? 1_000 : 100_000));
const variances = await new JobRunner(ArrayVariance).runJobs(arrays);
console.log('variances of', variances.length, 'arrays:', shown(variances.slice(0, 5)), '...');

section('A plain function');
// When an input is the one argument that a function takes, the function alone will do: here one of a library.
const again = await new JobRunner(variance).runJobs(arrays, { progress: false });
console.log('the same from simple-statistics:', shown(again.slice(0, 5)), '...');

section('Further arguments: partial');
// partial binds what comes after the input.
const quartiles = await new JobRunner(partial(quantile, [0.25, 0.5, 0.75])).runJobs(arrays);
// Each result is a list of three; lists of one length can be stacked into one array.
const stacked = stackResults(quartiles);
console.log('shape:', stacked.shape.join(' x '));
console.log('quartiles of the first array:', shown(stacked.row(0)));

section('A number of jobs');
// Without inputs, a job gets its number. Numeric results can be written straight into a typed array.
const estimates = await new JobRunner(estimatePi).runJobs({ nJobs: 40, outputDtype: 'float64' });
const pi = estimates.reduce((sum, estimate) => sum + estimate / estimates.length, 0);
console.log(`pi from ${estimates.length} jobs: ${pi.toFixed(3)} (a ${estimates.constructor.name})`);

section('Results of any kind');
// Jobs return what they like: here a list as long as the number of the job.
const walks = await new JobRunner(randomWalk).runJobs({ nJobs: 10 });
console.log('lengths of random walks:', walks.map((walk) => walk.length).join(' '));

section('Submitting jobs on the fly');
// When inputs turn up one by one: submit them, each gives its place. They run when the block is over.
const runner = new JobRunner(variance);
const submitted = await runner.submittingJobs((submit) => {
  for (let found = 0; found < 12; found++) {
    const place = submit(randomArray(100 + Math.floor(900 * random())));
    if (place % 4 === 0) console.log('submitted', place);
  }
});
console.log(submitted.length, 'results, still there:', runner.outputFromSubmitted === submitted);

section('Progress in nested loops');
// On a terminal a run that takes half a second shows a bar. Inside a loop, give it a label and let it go at its end.
const sleeper = new JobRunner(sleepy);
for (let i = 1; i <= 3; i++) {
  const naps = Array.from({ length: quick ? 4 : 80 }, () => 20);
  await sleeper.runJobs(naps, { progress: { label: `run ${i} of 3`, leave: false } });
  console.log('run', i, 'is done');
}

section('Large arrays');
// A plain array is copied to the thread that gets it; a SharedArray lies in memory that all threads see.
const large = Array.from({ length: 15 }, () => randomArray(quick ? 10_000 : 2_000_000));
console.log(large.length, 'arrays of', (large[0]!.byteLength / 1e6).toFixed(1), 'MB');
const byValue = await timed('as plain arrays, copied', () => new JobRunner(ArrayVariance).runJobs(large));
const shared = await timed('made shared, once', async () => large.map((array) => SharedArray.from(array)));
const byReference = await timed('as shared arrays in workerArgs', () =>
  new JobRunner(SharedVariance, { workerArgs: [shared] }).runJobs({ nJobs: shared.length }),
);
console.log(
  'same results:',
  byReference.every((value, place) => value === byValue[place]),
);
// A matrix is even less work: its rows are the inputs.
const matrix = SharedArray.from(large);
const byRow = await timed('as rows of one shared array', () => new JobRunner(variance).runJobs(matrix));
console.log('rows:', byRow.length);

section('Errors');
const numbers = Array.from({ length: 10 }, (_, n) => n);
const cranky = new JobRunner(hatesEights);
// The first failure ends a run. The error knows the job; its cause is what the job threw.
try {
  await cranky.runJobs(numbers);
} catch (error) {
  if (!(error instanceof JobError)) throw error;
  console.log(
    `${error.message} [place ${error.place}, input ${error.input}, cause ${(error.cause as Error).name}]`,
  );
}
// Or let the others finish: a failed job leaves NaN in its place...
const survivors = await cranky.runJobs(numbers, { reraiseExceptions: false, logLevel: 'silent' });
console.log(survivors.join(' '));
// ...or, better, get the exceptions too, and raise them again after the fact.
const [results, exceptions] = await cranky.runJobs(numbers, { returnExceptions: true, logLevel: 'silent' });
console.log(results.length, 'results,', exceptions.length, 'exception');
try {
  for (const exception of exceptions) throw exception;
} catch (error) {
  console.log('raised again:', (error as JobError).place);
}

section('Debugging');
// With one worker, jobs run in this very thread, one after the other: breakpoints and stack traces are where you
// expect them. PARAJOB_WORKERS=1 does the same to a whole program.
console.log('in this thread:', await new JobRunner(inMainThread, { nWorkers: 1 }).runJobs({ nJobs: 1 }));
console.log(
  'in a thread:',
  await new JobRunner(inMainThread, { nWorkers: 1, singleJobInThread: true }).runJobs({ nJobs: 1 }),
);
try {
  await new JobRunner(hatesEights, { nWorkers: 1 }).runJobs(numbers);
} catch (error) {
  const [, frame] = ((error as JobError).cause as Error).stack!.split('\n');
  console.log('thrown', frame!.trim().replace(/\(.*[\\/]/, '('));
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  console.log(`${what}: ${((performance.now() - started) / 1000).toFixed(2)} s`);
  return result;
}
