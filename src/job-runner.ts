import { type CheckedRun, checkOutputHolds, checkRun, checkRunOptions } from './check-run-options.ts';
import { checkRunnerOptions } from './check-runner-options.ts';
import { JobRunnerError } from './errors.ts';
import { readAhead } from './feeds/read-ahead.ts';
import type {
  AnyWorker,
  InputOf,
  InputsOf,
  Outcome,
  OutputOf,
  RunnerArguments,
  RunResult,
  Sound,
  SoundCount,
} from './inference.ts';
import type {
  CostHint,
  CountedRunOptions,
  CountedStreamOptions,
  NoOptions,
  RunOptions,
  StreamRunOptions,
} from './options.ts';
import { type CallSite, captureCallSite } from './protocol/stack-frames.ts';
import { readyLanes } from './ready-lanes.ts';
import { forgetIdentities } from './resolve/identify.ts';
import type { ModuleReference } from './resolve/module-reference.ts';
import { InPlaceCollector, type ResultsCollector, SlotCollector } from './results/collect-results.ts';
import { attachResults } from './results/partial-results.ts';
import { leavable, OutcomeQueue } from './results/stream-outcomes.ts';
import { prepareRun } from './run/prepare-run.ts';
import { GRACE_MS, type Run } from './run/run.ts';
import type { RunSetting } from './run/run-plan.ts';
import { RunnerWorkers } from './runner-workers.ts';
import { SubmitBlock } from './submit-block.ts';
import { sharedThreads } from './threads/thread-pool.ts';
import { UnderWay } from './under-way.ts';

/** Adds an input to a batch, and returns its place: the index of its result. */
export type Submit<Input> = (input: Input) => number;

/**
 * Maps inputs over every core: a function, or a class that extends {@link ParallelWorker}, runs once for each input
 * in worker threads, and the results come back in the order of the inputs.
 *
 * A function gets the input and nothing else; `partial` binds arguments after it. A runner can be used again, and
 * for several runs at a time. Threads start with the first run, are shared with other runners, and end by themselves.
 *
 * @example
 * const variances = await new JobRunner(variance).runJobs(arrays);
 */
export class JobRunner<W extends AnyWorker = AnyWorker> {
  readonly #workers: RunnerWorkers;
  readonly #block = new SubmitBlock();
  readonly #underWay = new UnderWay();
  #closing: Promise<void> | undefined;
  #isAborting = false;
  #outputFromSubmitted: unknown;

  /**
   * @param worker - a function; a class that extends {@link ParallelWorker}; or where to find one of these, as
   * `{ module, name }`, with its type written before it
   *
   * @throws JobRunnerError `INVALID_WORKER` for anything else, `INVALID_OPTION` for options that cannot be.
   *
   * @example
   * new JobRunner(partial(quantile, 0.9));
   * new JobRunner(Band, { workerArgs: [recording], nWorkers: 8 });
   * new JobRunner<typeof import('./spectra.ts').Spectrum>({
   *   module: new URL('./spectra.ts', import.meta.url),
   *   name: 'Spectrum',
   * });
   */
  constructor(worker: W | ModuleReference, ...[options]: RunnerArguments<W>) {
    this.#workers = new RunnerWorkers(checkRunnerOptions(worker, options));
  }

  /** The most workers that a run can have: what `nWorkers` said, or the cores that this process may use. */
  get nWorkers(): number {
    return this.#workers.most;
  }

  /**
   * Runs a job for each input, and resolves to the results in the order of the inputs.
   *
   * By default the first failure stops the run. Options capture failures instead, or have the results written into
   * one typed array; the type of the result follows.
   *
   * @param inputs - an array, a typed array, a {@link SharedArray} (its rows), or anything else to iterate
   *
   * @throws {@link JobError} of the first job that failed, unless failures are captured.
   * @throws JobRunnerError `INVALID_INPUTS`, `INVALID_OPTION`, and others if the run itself cannot go on.
   *
   * @example
   * const results = await runner.runJobs(arrays);
   * const powers = await runner.runJobs(arrays, { outputDtype: 'float64' });
   * const [kept, exceptions] = await runner.runJobs(arrays, { returnExceptions: true });
   */
  runJobs<O extends RunOptions<InputOf<W>> = NoOptions>(
    inputs: InputsOf<W, O>,
    options?: O & Sound<O> & CostHint<InputOf<W>>,
  ): Promise<RunResult<W, O>>;
  /**
   * Runs `nJobs` jobs without inputs: the input of each is its place, from 0.
   *
   * @example
   * const samples = await new JobRunner(drawSample).runJobs({ nJobs: 1000 });
   */
  runJobs<O extends CountedRunOptions>(
    options: O & SoundCount<W, O> & CostHint<number>,
  ): Promise<RunResult<W, O>>;
  // Async, so that a bad option rejects like everything else.
  async runJobs(inputsOrOptions: unknown, options?: unknown): Promise<never> {
    const calledFrom = captureCallSite(this.runJobs);
    return (await this.#runJobs(checkRun('runJobs', inputsOrOptions, options), calledFrom)) as never;
  }

  /**
   * Runs a job for each input, and gives what became of each as soon as it is known, in any order, or with `ordered`
   * in that of the inputs. A failed job is an outcome like others, and does not stop the run. Leaving the loop does.
   *
   * Inputs are read, and jobs run, only a little ahead of the loop: by `maxInFlight`.
   *
   * @throws JobRunnerError as `runJobs` does, once the first outcome is asked for.
   *
   * @example
   * for await (const outcome of runner.stream(files)) {
   *   if (outcome.status === 'fulfilled') console.log(outcome.input, outcome.output);
   *   else console.warn(outcome.error.message);
   * }
   */
  stream<O extends StreamRunOptions = NoOptions>(
    inputs: InputsOf<W, O>,
    options?: O & Sound<O, StreamRunOptions>,
  ): AsyncGenerator<Outcome<InputOf<W, O>, OutputOf<W, O>>, void, undefined>;
  /** The same for `nJobs` jobs without inputs. */
  stream<O extends CountedStreamOptions>(
    options: O & SoundCount<W, O, CountedStreamOptions>,
  ): AsyncGenerator<Outcome<number, OutputOf<W, O>>, void, undefined>;
  stream(inputsOrOptions: unknown, options?: unknown): AsyncGenerator<never, void, undefined> {
    const calledFrom = captureCallSite(this.stream);
    const leaving = new AbortController();
    const read = () => checkRun('stream', inputsOrOptions, options);
    return leavable(this.#stream(read, calledFrom, leaving.signal), leaving) as AsyncGenerator<never>;
  }

  /**
   * Collects inputs while `body` runs, then runs them, and resolves to what `runJobs` would.
   *
   * `submit(input)` returns the place of its job. Jobs start, and read their inputs, once the body is through; if it
   * throws, nothing runs and the call rejects with what it threw. What the call resolves to stays in
   * `outputFromSubmitted`.
   *
   * @throws JobRunnerError `SUBMIT_OUTSIDE_BLOCK` from `submit` after the body is through, `NESTED_BLOCK` for a
   * block within a block of the same runner; else as `runJobs`.
   *
   * @example
   * const results = await runner.submittingJobs(async (submit) => {
   *   for await (const file of find('*.edf')) submit(file);
   * });
   */
  submittingJobs(body: (submit: Submit<InputOf<W>>) => unknown): Promise<RunResult<W>>;
  submittingJobs<O extends RunOptions<InputOf<W>>>(
    options: O & Sound<O> & CostHint<InputOf<W>>,
    body: (submit: Submit<InputOf<W, O>>) => unknown,
  ): Promise<RunResult<W, O>>;
  async submittingJobs(...args: readonly unknown[]): Promise<never> {
    const [options, body] = typeof args[0] === 'function' ? [undefined, args[0]] : args;
    if (typeof body !== 'function') {
      throw new JobRunnerError('INVALID_INPUTS', 'submittingJobs needs a function that submits the inputs');
    }
    const calledFrom = captureCallSite(this.submittingJobs);
    const checked = checkRunOptions(options);
    const inputs = await this.#block.collect(body as (submit: Submit<unknown>) => unknown);
    if (checked.output) checkOutputHolds(checked.output, inputs.length);
    const run = { inputs, count: inputs.length, options: checked };
    this.#outputFromSubmitted = await this.#runJobs(run, calledFrom);
    return this.#outputFromSubmitted as never;
  }

  /**
   * What the last `submittingJobs` of this runner resolved to; undefined before there was one. Its type depends on
   * that call's options, so only the call itself knows it.
   */
  get outputFromSubmitted(): unknown {
    return this.#outputFromSubmitted;
  }

  /**
   * What `exit` has returned in each instance of the worker that is gone: after `close`, all of them, in any order.
   * For totals that instances keep.
   */
  get exitResults(): readonly unknown[] {
    return this.#workers.exitResults;
  }

  /**
   * Starts the threads and loads the worker in each of them, so that the first run need not wait for it, and what
   * is wrong with the worker comes out now. Threads that nobody uses end after a while, as they do after a run.
   *
   * @throws JobRunnerError as `runJobs` does if the worker cannot be located, loaded or constructed.
   *
   * @example
   * const runner = new JobRunner(Spectrum, { workerArgs: [recording] });
   * await Promise.all([runner.ready(), recording.load()]);
   */
  async ready(): Promise<void> {
    if (this.#closing) throw closed();
    await this.#underWay.until(undefined, (signal) =>
      readyLanes(this.#workers.setting(undefined, false), signal),
    );
  }

  /**
   * Ends the threads that runners share, and forgets how functions were found, so that the next run loads modules
   * as they are then. For notebooks and development servers, where modules change. Runs that are under way keep
   * their threads to their end.
   *
   * @example
   * watcher.on('change', () => JobRunner.reset());
   */
  static async reset(): Promise<void> {
    forgetIdentities();
    await sharedThreads.renew();
  }

  /**
   * Ends what the runner keeps: instances of its worker get their `exit`, threads of its own end. Waits for runs
   * that are under way, or with `abort` has them reject with `RUNNER_CLOSED` at once; further ones are refused. A
   * program need not close its runners to end.
   *
   * It waits for a `stream` that has a reader, too: await it behind that loop, not in it.
   *
   * @throws what an `exit` has thrown; JobRunnerError `EXIT_TIMEOUT` if one was not through after ten seconds,
   * `WORKER_DIED` if it took its thread with it.
   */
  async close({ abort = false }: { readonly abort?: boolean } = {}): Promise<void> {
    this.#isAborting ||= abort;
    if (abort) this.#underWay.stop(closed);
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async #close(): Promise<void> {
    await this.#underWay.ended();
    await this.#workers.close(this.#isAborting ? GRACE_MS : undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #runJobs(given: CheckedRun, calledFrom: CallSite): Promise<unknown> {
    if (this.#closing) throw closed();
    const { options } = given;
    const checked = needsAll(given) ? await this.#readAhead(given) : given;
    const results = collectorOf(checked);
    const run = this.#prepare(checked, {
      output: results.output,
      isCapturing: options.capturesExceptions,
      logsFailures: true,
      calledFrom,
      deliver: (group, inputOf) => results.take(group, inputOf),
    });
    try {
      await this.#keep(run);
    } catch (error) {
      attachResults(
        error,
        () => results.results,
        () => run.completed(),
      );
      throw error;
    }
    return options.returnsExceptions ? [results.results, results.exceptions] : results.results;
  }

  async *#stream(
    read: () => CheckedRun,
    calledFrom: CallSite,
    left: AbortSignal,
  ): AsyncGenerator<Outcome<unknown, unknown>, void, undefined> {
    if (this.#closing) throw closed();
    const checked = read();
    const { ordered, maxInFlight } = checked.options;
    const outcomes = new OutcomeQueue(ordered);
    const run = this.#prepare(checked, {
      output: undefined,
      isCapturing: true,
      logsFailures: false,
      calledFrom,
      deliver: (group, inputOf) => outcomes.take(group, inputOf),
    });
    run.allow(maxInFlight.jobs);
    const settled = this.#keep(run).then(
      () => outcomes.end(),
      (error: unknown) => (left.aborted ? outcomes.end() : outcomes.fail(error)),
    );
    left.addEventListener('abort', () => run.stop(undefined));
    try {
      let allowed = maxInFlight.jobs;
      for (let n = 1; ; n++) {
        run.hold(true);
        const outcome = await outcomes.next();
        // A loop that is given up without a word must not keep a program that has nothing else to do.
        run.hold(false);
        if (outcome === undefined) return;
        yield outcome;
        // In steps of half of them: every time lanes are let on, some may have to be opened.
        const isDue = n + maxInFlight.jobs >= allowed + maxInFlight.jobs / 2;
        if (isDue && outcomes.nBytes < maxInFlight.bytes) {
          allowed = n + maxInFlight.jobs;
          run.allow(allowed);
        }
      }
    } finally {
      // The loop was left early, or the run is over and this does nothing.
      run.stop(undefined);
      run.hold(true);
      await settled;
    }
  }

  async #readAhead(given: CheckedRun): Promise<CheckedRun> {
    const { inputs = [], count, options } = given;
    try {
      const read = await this.#underWay.until(options.signal, (signal) =>
        readAhead(inputs, count === undefined, signal),
      );
      if (options.output) checkOutputHolds(options.output, read.inputs.length);
      return { ...given, ...read, count: read.inputs.length };
    } catch (error) {
      const none = () => [];
      attachResults(error, none, none);
      throw error;
    }
  }

  #prepare(run: CheckedRun, setting: Omit<RunSetting, 'backend' | 'worker' | 'initTimeout' | 'wear'>): Run {
    return prepareRun(run, { ...setting, ...this.#workers.setting(run.count, run.options.spread) });
  }

  /** Starts a run, and remembers it while it is under way: `close` wants to know. */
  #keep(run: Run): Promise<void> {
    const settled = run.start();
    this.#underWay.add(run, settled);
    return settled;
  }
}

function closed(): JobRunnerError {
  return new JobRunnerError('RUNNER_CLOSED', 'this runner has been closed');
}

function collectorOf({ count, options: { output, errorValue } }: CheckedRun): ResultsCollector {
  return output === undefined
    ? new SlotCollector(errorValue, count)
    : new InPlaceCollector(output, count ?? 0, errorValue);
}

/** Whether all inputs have to be there before the run can start, and are not. */
function needsAll({ inputs, count, options }: CheckedRun): boolean {
  if (options.output === undefined && options.costOf === undefined) return false;
  const isWithoutIndex = inputs instanceof Set || inputs instanceof Map;
  return count === undefined || (isWithoutIndex && options.costOf !== undefined);
}
