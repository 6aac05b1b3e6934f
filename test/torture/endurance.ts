import { JobRunner, ParallelWorker, partial } from 'parajob';
import { leftovers } from './leftovers.ts';

/** What came of one trial of endurance. */
export interface Trial {
  readonly line: string;
  readonly complaint?: string;
}

const trials = [thousandKills, endlessInput, thousandRuns, oneJobEach];

/** What takes longer than a case, one after the other. `part`: how much of it, up to 1. */
export async function* endurance(part: number): AsyncGenerator<Trial> {
  for (const trial of trials) yield await trial(part);
}

function exitAtThirds(n: number): number {
  if (n % 3 === 0) process.exit(3);
  return n;
}

async function thousandKills(part: number): Promise<Trial> {
  const nKills = Math.ceil(1000 * part);
  const start = performance.now();
  const [results, exceptions] = await new JobRunner(exitAtThirds, { nWorkers: 2 }).runJobs({
    nJobs: 3 * nKills,
    returnExceptions: true,
    logLevel: 'silent',
  });
  const line = `${exceptions.length} kills in one run of ${3 * nKills} jobs, ${per(start, exceptions.length)} ms each`;
  const isWhole =
    exceptions.every(({ place, code }, i) => place === 3 * i && code === 'WORKER_DIED') &&
    results.every((result, place) => (place % 3 === 0 ? Number.isNaN(result) : result === place));
  return exceptions.length === nKills && isWhole
    ? { line }
    : { line, complaint: 'a kill took more than itself' };
}

class Once extends ParallelWorker {
  #n = 0;
  paraMethod(n: number): number {
    this.#n++;
    return n;
  }
  override exit(): number {
    return this.#n;
  }
}

async function oneJobEach(part: number): Promise<Trial> {
  const start = performance.now();
  const nJobs = Math.ceil(10_000 * part);
  const runner = new JobRunner(Once, { nWorkers: 2, maxJobsPerWorker: 1 });
  const results = await runner.runJobs({ nJobs });
  await runner.close();
  const line = `${nJobs} jobs in a worker each, ${per(start, nJobs)} ms each`;
  const exits = runner.exitResults as number[];
  const isRight =
    results.every((result, place) => result === place) &&
    // One may find nothing left to do.
    exits.every((n) => n <= 1) &&
    exits.reduce((sum, n) => sum + n, 0) === nJobs;
  return isRight
    ? { line }
    : { line, complaint: `${exits.length} exits after ${nJobs} jobs, or a wrong result` };
}

/** So much may come and go with the collector's moods. */
const SLACK_MB = 24;

/** Objects of 8 kB without end: 300,000 of them would be 2.4 GB. */
async function endlessInput(): Promise<Trial> {
  function* inputs() {
    for (let n = 0; ; n++) yield { n, text: `${n}`.padEnd(8000, '.') };
  }
  const length = ({ text }: { n: number; text: string }): number => text.length;
  const heights: number[] = [];
  let n = 0;
  for await (const outcome of new JobRunner(length, { nWorkers: 2 }).stream(inputs())) {
    if (outcome.status === 'rejected') return { line: 'endless input', complaint: outcome.error.message };
    if (++n % 50_000 === 0) heights.push(megabytes());
    if (n === 300_000) break;
  }
  return flat(`${n} objects of an endless input`, heights);
}

async function thousandRuns(): Promise<Trial> {
  const heights: number[] = [];
  const add = (n: number, m: number): number => n + m;
  for (let run = 1; run <= 1000; run++) {
    const runner = new JobRunner(partial(add, run), { nWorkers: 2 });
    const inputs = run % 2 === 0 ? [1, 2, 3] : [1, 2, 3].values();
    const [first] = await runner.runJobs(inputs);
    if (first !== run + 1) return { line: 'many runs', complaint: `run ${run} gave ${first}` };
    if (run % 4 === 0) await runner.close();
    if (run % 100 === 0) heights.push(megabytes());
  }
  const trial = flat('1000 runs', heights);
  const left = await leftovers();
  return left.length > 0
    ? { ...trial, complaint: `after 1000 runs there is left ${left.join(', ')}` }
    : trial;
}

function flat(what: string, heights: readonly number[]): Trial {
  const [first = 0] = heights.slice(1);
  const last = heights.at(-1) ?? 0;
  const line = `${what}: heap from ${first.toFixed(0)} to ${last.toFixed(0)} MB`;
  return last - first <= SLACK_MB ? { line } : { line, complaint: `${what}: memory grows` };
}

/** What is held once the collector has been; `start.mjs` lets it be called. */
function megabytes(): number {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
}

function per(start: number, n: number): string {
  return ((performance.now() - start) / n).toFixed(1);
}
