import { usableCores, workerCap } from './cores.ts';
import { JobRunnerError } from './errors.ts';
import type { WorkerFunction } from './inference.ts';
import type { RunnerOptions } from './options.ts';
import { isPartial, targetOf, trailingOf } from './partial.ts';
import type { WearLimits } from './protocol/messages.ts';
import {
  type Check,
  type Checks,
  flag,
  isAbove,
  isOptions,
  isWholeFrom,
  milliseconds,
  readOptions,
  show,
} from './read-options.ts';
import { isModuleReference, type ModuleReference } from './resolve/module-reference.ts';
import { isClass, isWorkerClass, mentionsParaMethod, type ParallelWorker } from './worker/parallel-worker.ts';

/** What a runner was made of. */
export type CheckedWorker =
  | {
      readonly type: 'function';
      readonly target: WorkerFunction;
      /** Bound by `partial`: what follows the input. */
      readonly trailing: readonly unknown[];
    }
  | {
      readonly type: 'class';
      readonly target: new (...args: never) => ParallelWorker;
      readonly workerArgs: readonly unknown[];
    }
  /** Function or class: that is known once it is loaded. */
  | {
      readonly type: 'module';
      readonly target: ModuleReference;
      readonly workerArgs: readonly unknown[];
    };

/** What has to be so in the threads of a runner that does not share them. */
export type ThreadOptions = Pick<RunnerOptions, 'execArgv' | 'env' | 'resourceLimits'>;

export interface CheckedRunnerOptions {
  readonly worker: CheckedWorker;
  /** Caps applied. */
  readonly nWorkers: number;
  /** Single-worker mode: the run takes place in the calling thread. */
  readonly isInline: boolean;
  /** Absent when threads are shared with other runners. */
  readonly threads: ThreadOptions | undefined;
  readonly initTimeout: number | undefined;
  readonly wear: WearLimits | undefined;
}

const LIMITS = ['maxOldGenerationSizeMb', 'maxYoungGenerationSizeMb', 'codeRangeSizeMb', 'stackSizeMb'];

const strings: Check = [
  (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
  'an array of strings',
];

const RUNNER_OPTIONS: Checks<RunnerOptions> = {
  nWorkers: [isWholeFrom(1), 'a whole number from 1 up'],
  singleJobInThread: flag,
  workerArgs: [Array.isArray, 'an array of constructor arguments'],
  execArgv: strings,
  env: [isRecordOf((value) => typeof value === 'string' || value === undefined), 'an object of strings'],
  resourceLimits: [
    isRecordOf((value, name) => LIMITS.includes(name) && (value === undefined || (value as number) > 0)),
    `an object of numbers of MB, of ${LIMITS.join(', ')}`,
  ],
  initTimeout: milliseconds,
  maxJobsPerWorker: [isWholeFrom(1), 'a whole number from 1 up'],
  maxHeapPerWorker: [isAbove(0), 'a number of MB'],
};

/**
 * Checks what a runner is made with, and settles how many workers it may have.
 *
 * @throws JobRunnerError `INVALID_WORKER` or `INVALID_OPTION`.
 */
export function checkRunnerOptions(worker: unknown, options: unknown): CheckedRunnerOptions {
  const given = readOptions<RunnerOptions>(options, RUNNER_OPTIONS, 'JobRunner');
  const { singleJobInThread = false, execArgv, env, resourceLimits } = given;
  const cap = workerCap();
  const nWorkers = Math.min(given.nWorkers ?? usableCores(), cap);
  return {
    worker: checkWorker(worker, given.workerArgs),
    nWorkers,
    // The variable is there to get a whole program into one thread, so it overrules what the program says.
    isInline: nWorkers === 1 && (!singleJobInThread || cap === 1),
    threads: execArgv || env || resourceLimits ? { execArgv, env, resourceLimits } : undefined,
    initTimeout: given.initTimeout,
    wear: wearOf(given),
  };
}

function wearOf({
  maxJobsPerWorker: jobs,
  maxHeapPerWorker,
}: Partial<RunnerOptions>): WearLimits | undefined {
  if (jobs === undefined && maxHeapPerWorker === undefined) return undefined;
  return { jobs, heapBytes: maxHeapPerWorker && maxHeapPerWorker * 2 ** 20 };
}

function checkWorker(worker: unknown, workerArgs: readonly unknown[] | undefined): CheckedWorker {
  if (isModuleReference(worker)) return { type: 'module', target: worker, workerArgs: workerArgs ?? [] };
  if (typeof worker !== 'function') {
    throw new JobRunnerError(
      'INVALID_WORKER',
      `a JobRunner runs a function, a class that extends ParallelWorker, or { module, name }, not ${show(worker)}`,
    );
  }
  const name = worker.name || 'the worker';
  if (isWorkerClass(worker)) {
    if (!mentionsParaMethod(worker)) {
      throw new JobRunnerError(
        'INVALID_WORKER',
        `class ${name} has no paraMethod, so there is nothing to run`,
      );
    }
    return { type: 'class', target: worker, workerArgs: workerArgs ?? [] };
  }
  const target = worker as WorkerFunction;
  if (isClass(target)) {
    throw new JobRunnerError('INVALID_WORKER', `class ${name} does not extend ParallelWorker`);
  }
  if (workerArgs !== undefined) {
    const call = `partial(${worker.name || 'fn'}, ${workerArgs.map((arg) => show(arg)).join(', ')})`;
    throw new JobRunnerError(
      'INVALID_OPTION',
      `workerArgs go to the constructor of a class, and ${name} is a function: bind arguments with ${call}`,
    );
  }
  return isPartial(target)
    ? { type: 'function', target: targetOf(target), trailing: trailingOf(target) }
    : { type: 'function', target, trailing: [] };
}

function isRecordOf(isRight: (value: unknown, name: string) => boolean): (value: unknown) => boolean {
  return (value) => isOptions(value) && Object.entries(value).every(([name, item]) => isRight(item, name));
}
