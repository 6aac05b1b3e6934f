// One kind of work with some options and without them, pass by pass in one process: what they cost is less than
// what processes differ by.
import { makeInputs } from '../contestants/inputs.mjs';
import { jobs } from '../contestants/jobs.mjs';
import { checkResults, expectations } from './check-results.mjs';
import { collect } from './collect.mjs';
import { median, tell } from './tell.mjs';

const { options, rounds, ...spec } = JSON.parse(process.argv[2]);
const { open } = await import(new URL(`../${spec.contestant}.mjs`, import.meta.url));
const inputs = makeInputs(spec);
const expected = expectations(inputs, jobs[spec.job]);
const plain = await open(spec);
const optioned = await open({ ...spec, ...options, run: { ...spec.run, ...options.run } });

for (let i = 0; i < 5; i++) {
  for (const contestant of [plain, optioned]) checkResults(await contestant.map(inputs), expected);
}
// In such an order that what recurs after two, four or eight passes (threads collect memory, say) meets both
// alike.
const ROUND = [plain, optioned, optioned, plain, optioned, plain, plain, optioned];
const times = new Map([
  [plain, []],
  [optioned, []],
]);
const ratios = [];
for (let round = 0; round < rounds; round++) {
  const took = new Map([
    [plain, 0],
    [optioned, 0],
  ]);
  for (const contestant of ROUND) {
    const ms = await timeOf(contestant);
    times.get(contestant).push(ms);
    took.set(contestant, took.get(contestant) + ms);
  }
  ratios.push(took.get(optioned) / took.get(plain));
}
tell({ perSecond: (inputs.length / median(times.get(optioned))) * 1000, overPlain: median(ratios) });

async function timeOf(contestant) {
  collect();
  const start = performance.now();
  await contestant.map(inputs);
  return performance.now() - start;
}
