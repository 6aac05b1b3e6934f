import { JobRunnerError } from '../errors.ts';
import { type Exits, joined, NO_EXITS } from '../protocol/exits.ts';
import { reviveValues } from '../protocol/fixed-values.ts';
import type { WorkerPlan } from '../protocol/messages.ts';
import {
  hasOwnMapJob,
  isClass,
  isWorkerClass,
  type MappedJob,
  type ParallelWorker,
} from './parallel-worker.ts';
import { writeRows } from './write-rows.ts';

/** Runs one job, for the `attempt`-th time. May return a promise. */
export type RunJob = (place: number, input: unknown, attempt: number) => unknown;

type PlainFunction = (...args: readonly unknown[]) => unknown;

/** One instance of each runner's worker, for as long as the thread lives or the runner is in use. */
const instances = new Map<number, Instance>();

/** What came of the exits of earlier instances, as long as nobody has asked. */
const exited = new Map<number, Promise<Exits>>();

interface Instance {
  readonly made: Promise<ParallelWorker>;
  /** Once its `init` is through. */
  ready?: ParallelWorker;
}

/**
 * Makes jobs callable: a function as it is, a class through its instance in this thread. What need not happen per
 * job (binding arguments, asking whether there is a `mapJob`) happens here.
 *
 * Rejects with `WORKER_NOT_CONSTRUCTED` if the constructor or `init` throws, and with `INVALID_WORKER` or
 * `INVALID_OPTION` for what could not be known of a module reference before it was loaded.
 */
export async function bindWorker(plan: WorkerPlan, worker: unknown, workerId: number): Promise<RunJob> {
  if (!isWorkerClass(worker)) return bindFunction(plainFunction(worker as PlainFunction, plan), plan);
  let entry = instances.get(plan.runnerId);
  if (entry === undefined) {
    const made = construct(worker as unknown as new (...args: unknown[]) => ParallelWorker, plan, workerId);
    entry = { made };
    instances.set(plan.runnerId, entry);
    made.catch(() => instances.delete(plan.runnerId));
  }
  const instance = await entry.made;
  entry.ready = instance;
  setWorkerId(instance, workerId);
  return bindInstance(instance, plan.spread);
}

/** How many jobs this thread has done for each runner. */
const jobsDone = new Map<number, number>();

/** Counts jobs of a runner in this thread, and returns how many there were before. */
export function countJobs(runnerId: number, jobs: number): number {
  const before = jobsDone.get(runnerId) ?? 0;
  if (jobs > 0) jobsDone.set(runnerId, before + jobs);
  return before;
}

/** The class is not what it was: the next jobs get a new instance. What its `exit` comes to is told with the last. */
export async function replaceInstance(runnerId: number): Promise<void> {
  const gone = dropInstance(runnerId);
  exited.set(runnerId, gone);
  await gone;
}

/** The runner is done with its worker in this thread: its `exit` begins at once. Resolves to what came of all exits. */
export async function dropInstance(runnerId: number): Promise<Exits> {
  const entry = instances.get(runnerId);
  const earlier = exited.get(runnerId) ?? NO_EXITS;
  instances.delete(runnerId);
  exited.delete(runnerId);
  jobsDone.delete(runnerId);
  // One that is not ready is not waited for: its `init` may never end. If it does, it is let go all the same.
  if (entry?.ready === undefined) entry?.made.then(exitOf).catch(() => {});
  const own = exitOf(entry?.ready);
  return joined(await earlier, await own);
}

/** What an `exit` comes to; it begins at once. */
async function exitOf(instance: { exit?(): unknown } | undefined): Promise<Exits> {
  if (instance?.exit === undefined) return NO_EXITS;
  try {
    return { values: [await instance.exit()], errors: [] };
  } catch (thrown) {
    return { values: [], errors: [thrown] };
  }
}

async function construct(
  Worker: new (...args: unknown[]) => ParallelWorker,
  { workerArgs }: WorkerPlan,
  workerId: number,
): Promise<ParallelWorker> {
  const name = Worker.name || 'the worker class';
  const instance = await attempt(`the constructor of ${name}`, () => new Worker(...reviveValues(workerArgs)));
  if (typeof instance.paraMethod !== 'function') {
    throw new JobRunnerError('INVALID_WORKER', `class ${name} has no paraMethod, so there is nothing to run`);
  }
  setWorkerId(instance, workerId);
  await attempt(`init of ${name}`, () => instance.init?.());
  return instance;
}

async function attempt<T>(what: string, make: () => T): Promise<Awaited<T>> {
  try {
    return await make();
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new JobRunnerError('WORKER_NOT_CONSTRUCTED', `${what} failed: ${message}`, { cause });
  }
}

function setWorkerId(instance: ParallelWorker, workerId: number): void {
  (instance as { workerId: number }).workerId = workerId;
}

function plainFunction(worker: PlainFunction, { workerArgs }: WorkerPlan): PlainFunction {
  const name = worker.name || 'the worker';
  if (isClass(worker)) {
    throw new JobRunnerError('INVALID_WORKER', `class ${name} does not extend ParallelWorker`);
  }
  if (workerArgs.values.length > 0) {
    throw new JobRunnerError(
      'INVALID_OPTION',
      `workerArgs go to the constructor of a class, and ${name} is a function`,
    );
  }
  return worker;
}

function bindFunction(fn: PlainFunction, plan: WorkerPlan): RunJob {
  const trailing = reviveValues(plan.trailing);
  if (plan.spread) return (_place, input) => writeRows(fn(...argumentsIn(input), ...trailing), input);
  if (trailing.length > 0) return (_place, input) => fn(input, ...trailing);
  return (_place, input) => fn(input);
}

function bindInstance(instance: ParallelWorker, spread: boolean): RunJob {
  const worker = instance as unknown as {
    mapJob(job: { place: number; input: unknown; attempt: number }): MappedJob | Promise<MappedJob>;
    paraMethod(...args: readonly unknown[]): unknown;
  };
  if (!hasOwnMapJob(instance)) {
    return spread
      ? (_place, input) => worker.paraMethod(...argumentsIn(input))
      : (_place, input) => worker.paraMethod(input);
  }
  if (spread) {
    throw new JobRunnerError(
      'INVALID_OPTION',
      '`spread` and a mapJob of its own: both say what the arguments are; leave `spread` out',
    );
  }
  const compute = (place: number, mapped: MappedJob) => worker.paraMethod(...argsOf(mapped, place));
  return (place, input, attempt) => {
    const mapped = worker.mapJob({ place, input, attempt });
    return mapped instanceof Promise ? mapped.then((m) => compute(place, m)) : compute(place, mapped);
  };
}

function argumentsIn(input: unknown): readonly unknown[] {
  if (Array.isArray(input)) return input;
  throw new JobRunnerError('INVALID_INPUTS', 'with `spread`, an input is an array: the list of arguments');
}

function argsOf(mapped: unknown, place: number): readonly unknown[] {
  const { place: kept, args } = (mapped ?? {}) as Partial<MappedJob>;
  if (!Array.isArray(args)) {
    throw new JobRunnerError(
      'INVALID_MAP_JOB',
      'mapJob must return { place, args }, with an array of arguments',
    );
  }
  if (kept !== place) {
    throw new JobRunnerError(
      'INVALID_MAP_JOB',
      `mapJob returned place ${kept} for the job of place ${place}`,
    );
  }
  return args;
}
