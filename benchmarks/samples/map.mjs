// One contestant and one kind of work, in a process of its own: maps the inputs a few times, tells how long it took.
import { makeInputs, scheduleBound } from '../contestants/inputs.mjs';
import { jobs } from '../contestants/jobs.mjs';
import { checkResults, expectations } from './check-results.mjs';
import { collect } from './collect.mjs';
import { median, tell } from './tell.mjs';

const spec = JSON.parse(process.argv[2]);
const { threads, passes = 5, milliseconds = 1000, usesUp, isClocked, isBoxed } = spec;
const { open } = await import(new URL(`../${spec.contestant}.mjs`, import.meta.url));
const contestant = await open(spec);

const prepare = (inputs) => {
  if (isBoxed) return inputs.map((milliseconds) => ({ milliseconds }));
  return contestant.prepare?.(inputs) ?? inputs;
};
let inputs = prepare(makeInputs(spec));
const nJobs = inputs.length;
let perCall = 0;

if (isClocked) {
  // Jobs that are timed by the clock need threads that are up, not code that is hot.
  await contestant.map(prepare(new Array(1000).fill(0)));
  perCall = costOfCall();
} else {
  await warmUp();
}

const baseRss = process.memoryUsage.rss();
const times = [];
let cpu = 0;
for (const begun = performance.now(); times.length < passes; ) {
  if (usesUp) inputs = prepare(makeInputs(spec));
  // What earlier passes left behind is not this one's to clear away; short passes come too close together to ask.
  if (passes <= 10) collect();
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  await contestant.map(inputs);
  times.push(performance.now() - start);
  const { user, system } = process.cpuUsage(cpuBefore);
  cpu += (user + system) / 1000;
  if (performance.now() - begun > milliseconds) break;
}

const ms = median(times);
tell({
  ms,
  perSecond: (nJobs / ms) * 1000,
  nsPerJob: (ms / nJobs) * 1e6,
  cpuNsPerJob: (cpu / times.length / nJobs) * 1e6,
  // Linux and macOS count in kilobytes here.
  peakMb: Math.max(0, process.resourceUsage().maxRSS / 1024 - baseRss / 1024 / 1024),
  ...(isClocked && clocked()),
});

/** How much longer it took than it must: in this order, and in the best one. */
function clocked() {
  const durations = makeInputs(spec).map((duration) => duration + perCall);
  const sum = durations.reduce((total, duration) => total + duration, 0);
  return { overBound: ms / scheduleBound(durations, threads), overHalf: ms / (sum / threads) };
}

/** Until the code is hot, and at least once; the first results are compared with those of a plain loop. */
async function warmUp() {
  const begun = performance.now();
  for (let pass = 0; pass < 20 && (pass === 0 || performance.now() - begun < milliseconds / 3); pass++) {
    if (usesUp && pass > 0) inputs = prepare(makeInputs(spec));
    const expected = pass === 0 ? expectations(inputs, jobs[spec.checkedBy ?? spec.job]) : undefined;
    const results = await contestant.map(inputs);
    if (expected) checkResults(results, expected);
  }
}

/** What a call of a job that does nothing costs, in milliseconds. */
function costOfCall() {
  const run = jobs.busy;
  for (let i = 0; i < 100_000; i++) run(0);
  const start = performance.now();
  for (let i = 0; i < 1_000_000; i++) run(0);
  return (performance.now() - start) / 1_000_000;
}
