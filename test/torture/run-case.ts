import { type JobError, JobRunner, type Outcome, partial } from 'parajob';
import type { Case, RunnerSpec, RunSpec } from './case.ts';
import { type Diary, noted } from './diary.mjs';
import { type Inputs, inputsOf } from './inputs.ts';
import { Tormentor, torment, tormentSpread } from './jobs.mjs';

/** What came of one run. */
export interface Observed {
  readonly inputs: Inputs;
  /** What it resolved to; absent if it rejected. */
  results?: ArrayLike<unknown>;
  exceptions?: readonly JobError[];
  /** Of a stream: what came out of it, and how far it ran ahead of its reader. */
  outcomes?: Outcome<unknown, unknown>[];
  mostAhead: number;
  failure?: { readonly error: unknown };
  readonly abortReason: Error;
  /** Why it was stopped, if it was. */
  stoppedBy?: 'abort' | 'close' | 'leave';
  /** Notes in the diary when it was over. */
  notesThen: number;
}

export interface Seen {
  readonly diary: Diary;
  readonly runs: readonly Observed[];
  readonly exitResults: readonly (readonly unknown[])[];
}

/** For what happens by itself in the end. */
const PATIENCE_MS = 2000;
const LEFT = new Error('left by the case');

type AnyRunner = JobRunner<(...args: never[]) => unknown>;

/** Does what a case says, and watches. Resolves when all of it is over. */
export async function runCase({ runners: specs, runs }: Case, diary: Diary): Promise<Seen> {
  // What crosses to threads is the script alone.
  const scripts = runs.map(({ usual, places, output }) => ({ usual, places, output }));
  const runners = specs.map((spec) => newRunner(spec, scripts, diary, false));
  const extra: AnyRunner[] = [];
  const observed = await Promise.all(
    runs.map((run, n) => {
      let runner = runners[run.runner]!;
      if (run.spread) {
        runner = newRunner(specs[run.runner]!, scripts, diary, true);
        extra.push(runner);
      }
      return observe(runner, run, n, diary);
    }),
  );
  for (const runner of [...runners, ...extra]) await runner.close();
  // What is left behind gets its chance to show; iterators that are told to end may take a moment.
  const patience = performance.now() + PATIENCE_MS;
  const isOpen = ({ inputs: { reading } }: Observed) =>
    !reading.isDone && reading.nRead > 0 && reading.nLeft === 0;
  for (let turn = 0; turn < 3 || observed.some(isOpen); turn++) {
    if (performance.now() > patience) break;
    await new Promise((resolve) => setTimeout(resolve, turn < 3 ? 0 : 1));
  }
  return { diary, runs: observed, exitResults: runners.map(({ exitResults }) => exitResults) };
}

function newRunner(
  { worker, nWorkers, inThread, isLimited, maxJobsPerWorker }: RunnerSpec,
  scripts: readonly object[],
  diary: Diary,
  spread: boolean,
): AnyRunner {
  const options = {
    nWorkers,
    singleJobInThread: inThread,
    maxJobsPerWorker,
    ...(isLimited && { resourceLimits: { maxOldGenerationSizeMb: 24 } }),
  };
  if (worker === 'class') {
    const workerArgs = [scripts, diary] as never;
    return new JobRunner(Tormentor, { ...options, workerArgs }) as unknown as AnyRunner;
  }
  const job = (spread ? tormentSpread : torment) as (...args: readonly unknown[]) => unknown;
  return new JobRunner(partial(job, scripts, diary), options) as unknown as AnyRunner;
}

async function observe(runner: AnyRunner, run: RunSpec, n: number, diary: Diary): Promise<Observed> {
  const inputs = inputsOf(run, n);
  const abortReason = new Error('aborted by the case');
  const seen: Observed = { inputs, abortReason, mostAhead: 0, notesThen: 0 };
  const controller = new AbortController();
  const over = new AbortController();
  void stopIt(runner, run, seen, controller, over.signal, diary);
  const options = {
    logLevel: 'silent' as const,
    progress: false as const,
    spread: run.spread,
    signal: controller.signal,
    timeout: run.timeout,
    retries: { limit: run.retries, delay: run.delay },
    maxDeaths: run.maxDeaths,
  };
  try {
    await (run.mode === 'stream' || run.mode === 'ordered'
      ? watchStream(runner, run, options, seen)
      : watchRun(runner, run, options, seen));
  } catch (error) {
    seen.failure = { error };
  }
  seen.notesThen = noted(diary);
  over.abort();
  return seen;
}

async function watchRun(
  runner: AnyRunner,
  run: RunSpec,
  common: Record<string, unknown>,
  seen: Observed,
): Promise<void> {
  const { values, given } = seen.inputs;
  const shape = run.output === 'row' ? { outputShape: [run.nJobs, 3] } : {};
  const options = {
    ...common,
    ...(run.output !== 'any' && { outputDtype: 'float64', ...shape }),
    ...(run.mode === 'captured' && { returnExceptions: true }),
  } as object;
  const call = (): Promise<unknown> => {
    if (run.mode === 'block') {
      return runner.submittingJobs(options as never, (submit) => {
        for (const input of given) (submit as (input: unknown) => number)(input);
      });
    }
    return values === undefined
      ? runner.runJobs({ ...options, nJobs: run.nJobs } as never)
      : runner.runJobs(values as never, options as never);
  };
  const result = await call();
  if (run.mode === 'captured') {
    [seen.results, seen.exceptions] = result as [ArrayLike<unknown>, readonly JobError[]];
  } else seen.results = result as ArrayLike<unknown>;
}

async function watchStream(
  runner: AnyRunner,
  run: RunSpec,
  common: Record<string, unknown>,
  seen: Observed,
): Promise<void> {
  const { values, reading } = seen.inputs;
  const options = { ...common, ordered: run.mode === 'ordered', maxInFlight: run.maxInFlight };
  const stream = (
    values === undefined
      ? runner.stream({ ...options, nJobs: run.nJobs } as never)
      : runner.stream(values as never, options as never)
  ) as AsyncIterable<Outcome<unknown, unknown>>;
  seen.outcomes = [];
  const leave = run.stop?.type === 'leave' ? run.stop : undefined;
  for await (const outcome of stream) {
    seen.outcomes.push(outcome);
    seen.mostAhead = Math.max(seen.mostAhead, reading.nRead - seen.outcomes.length);
    if (leave === undefined || seen.outcomes.length < leave.outcomes) continue;
    seen.stoppedBy = 'leave';
    if (leave.by === 'throw') throw LEFT;
    break;
  }
}

/** Ends the run from outside, at the moment that the case says. */
async function stopIt(
  runner: AnyRunner,
  { stop }: RunSpec,
  seen: Observed,
  controller: AbortController,
  over: AbortSignal,
  diary: Diary,
): Promise<void> {
  if (stop === undefined || stop.type === 'leave') return;
  if (stop.type !== 'aborted' && 'milliseconds' in stop) {
    await new Promise((resolve) => setTimeout(resolve, stop.milliseconds));
  } else if (stop.type !== 'aborted') {
    while (noted(diary) < stop.begun && !over.aborted) await new Promise(setImmediate);
  }
  if (over.aborted) return;
  seen.stoppedBy = stop.type === 'close' ? 'close' : 'abort';
  if (stop.type === 'close') await runner.close({ abort: true });
  else controller.abort(seen.abortReason);
}
