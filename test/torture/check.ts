import { isDeepStrictEqual } from 'node:util';
import { JobError, JobRunnerError, type Outcome, SharedArray } from 'parajob';
import { type Case, isInline, isLazy, type RunSpec } from './case.ts';
import { BEGUN, DOOMED, ENDED, EXITED, MADE, type Note, ROOM, read } from './diary.mjs';
import { InputFault } from './inputs.ts';
import { RUN_BITS } from './jobs.mjs';
import { type End, endOf, scriptOf } from './model.ts';
import type { Observed, Seen } from './run-case.ts';

/** Streams read some by themselves. */
const STREAM_BUFFER = 5;
/** A time limit is kept to a quarter; a job may have run for this part of it and be ended. */
const PART_OF_LIMIT = 0.7;

/** All that was not as the model says, in words; none if all is well. */
export function complaintsAbout(given: Case, seen: Seen): string[] {
  const notes = read(seen.diary);
  const complaints: string[] = [];
  if (notes.length >= ROOM) complaints.push('the diary is full');
  const dead = deadThreads(given, notes);
  const hasStrays = given.runs.some(({ places }) =>
    Object.values(places).some((acts) => acts.includes('stray')),
  );
  for (const [n, run] of given.runs.entries()) {
    const check = new RunCheck(given, run, n, seen.runs[n]!, notes, dead, hasStrays);
    complaints.push(...check.all().map((complaint) => `run ${n}: ${complaint}`));
  }
  complaints.push(...lifeOfWorkers(given, seen, notes, dead));
  return complaints;
}

/** Threads that have ended, or may have, with results that nobody had heard of. */
function deadThreads({ runs }: Case, notes: readonly Note[]): Set<number> {
  const dead = new Set<number>();
  const begun = new Map<string, Note>();
  for (const note of notes) {
    const { kind, key, thread, attempt } = note;
    const job = `${thread} ${key} ${attempt}`;
    if (kind === DOOMED) dead.add(thread);
    if (kind === BEGUN) begun.set(job, note);
    if (kind !== ENDED) continue;
    const { timeout = Number.POSITIVE_INFINITY } = runs[key >> RUN_BITS]!;
    const took = note.time - (begun.get(job)?.time ?? note.time);
    if (took <= PART_OF_LIMIT * timeout) begun.delete(job);
  }
  // A job without an end was ended with its thread.
  for (const { thread } of begun.values()) dead.add(thread);
  return dead;
}

/** Where no thread was ended, every instance that was made has had its exit, and knows of every job. */
function lifeOfWorkers(
  { runners, runs }: Case,
  { runs: observed, exitResults }: Seen,
  notes: readonly Note[],
  dead: ReadonlySet<number>,
): string[] {
  if (dead.size > 0 || observed.some(({ failure, stoppedBy }) => failure || stoppedBy)) return [];
  if (runs.some(({ timeout }) => timeout !== undefined)) return [];
  const count = (kind: number) => notes.filter((note) => note.kind === kind).length;
  const complaints: string[] = [];
  if (count(MADE) !== count(EXITED)) complaints.push(`${count(MADE)} workers made, ${count(EXITED)} exited`);
  for (const [n, { worker }] of runners.entries()) {
    if (worker === 'function') continue;
    const ran = notes.filter(({ kind, key }) => kind === BEGUN && runs[key >> RUN_BITS]!.runner === n);
    const told = exitResults[n]!.reduce<number>((sum, jobs) => sum + (jobs as number), 0);
    if (told !== ran.length) complaints.push(`exit of runner ${n} told of ${told} jobs, not ${ran.length}`);
  }
  return complaints;
}

class RunCheck {
  readonly #case: Case;
  readonly #run: RunSpec;
  readonly #n: number;
  readonly #seen: Observed;
  /** What happened to each place, in order. */
  readonly #notes = new Map<number, Note[]>();
  readonly #dead: Set<number>;
  readonly #hasStrays: boolean;
  readonly #complaints: string[] = [];
  readonly #isInline: boolean;

  constructor(
    given: Case,
    run: RunSpec,
    n: number,
    seen: Observed,
    notes: readonly Note[],
    dead: ReadonlySet<number>,
    hasStrays: boolean,
  ) {
    this.#case = given;
    this.#run = run;
    this.#n = n;
    this.#seen = seen;
    this.#dead = new Set(dead);
    this.#hasStrays = hasStrays;
    this.#isInline = isInline(given.runners[run.runner]!);
    for (const [at, note] of notes.entries()) {
      if (note.key >> RUN_BITS !== n || note.kind === MADE || note.kind === EXITED) continue;
      const place = note.key & ((1 << RUN_BITS) - 1);
      if (!this.#notes.has(place)) this.#notes.set(place, []);
      this.#notes.get(place)!.push(note);
      if (note.kind === BEGUN && at >= seen.notesThen && !this.#isLateStart(note, seen)) {
        this.#say(`job ${place} began after the run was over`);
      }
    }
  }

  all(): string[] {
    const { failure, outcomes, results, stoppedBy } = this.#seen;
    if (failure !== undefined) this.#failure(failure.error);
    if (outcomes !== undefined) this.#outcomes(outcomes, failure === undefined && stoppedBy !== 'leave');
    else if (results !== undefined) this.#results(results);
    this.#executions();
    this.#reading();
    return this.#complaints;
  }

  #say(complaint: string): void {
    this.#complaints.push(complaint);
  }

  // What stopped it.

  #failure(error: unknown): void {
    const { mode, inputFault, stop } = this.#run;
    const { abortReason, stoppedBy } = this.#seen;
    if (error === abortReason) {
      if (stoppedBy !== 'abort') this.#say('rejected with the reason of a signal that was not aborted');
      if (stop?.type === 'aborted' && this.#notes.size > 0)
        this.#say('ran jobs though it was aborted before');
    } else if (stoppedBy === 'leave') {
      if (!(error instanceof Error) || error.message !== 'left by the case') {
        this.#say(`left, and threw ${String(error)}`);
      }
    } else if (!(error instanceof JobRunnerError)) {
      this.#say(`rejected with ${String(error)}`);
    } else if (error instanceof JobError && error.place >= 0) {
      if (mode !== 'failFast' && mode !== 'block') this.#say(`rejected, by ${error.message}`);
      this.#rejection(error);
    } else if (error instanceof JobError) {
      const isForeseen = this.#hasStrays && !this.#isInline && (mode === 'failFast' || mode === 'block');
      if (!isForeseen) this.#say(`rejected, by ${error.message}`);
    } else if (error.code === 'RUNNER_CLOSED') {
      const { runs } = this.#case;
      const isForeseen = runs.some(
        ({ runner, stop }) => runner === this.#run.runner && stop?.type === 'close',
      );
      if (!isForeseen) this.#say('rejected, as if its runner had been closed');
    } else if (error.code === 'INPUTS_FAILED') {
      const isForeseen = inputFault?.type === 'throws' && error.cause instanceof InputFault;
      if (!isForeseen) this.#say(`rejected, by ${error.message}`);
    } else this.#say(`rejected, by ${error.code}: ${error.message}`);
    if (this.#seen.outcomes === undefined) this.#partialResults(error);
  }

  #partialResults(error: unknown): void {
    const { results, completed } = error as {
      readonly results?: ArrayLike<unknown>;
      readonly completed?: readonly number[];
    };
    // What is refused before it starts has nothing to tell.
    if (results === undefined || completed === undefined) {
      if (this.#notes.size > 0) this.#say('rejected without `results`');
      return;
    }
    const values = rowsOf(results);
    for (const [i, place] of completed.entries()) {
      if (i > 0 && place <= completed[i - 1]!) this.#say('`completed` is not in order');
      this.#fulfilled(place, values[place]);
    }
  }

  // What came of each place.

  #results(results: ArrayLike<unknown>): void {
    const { exceptions = [], inputs } = this.#seen;
    const values = rowsOf(results);
    this.#mustBeOver(values.length);
    const failed = new Map(exceptions.map((error) => [error.place, error]));
    if (failed.size !== exceptions.length) this.#say('a place has failed twice');
    const places = exceptions.map(({ place }) => place);
    if (places.some((place, i) => i > 0 && place < places[i - 1]!)) this.#say('exceptions are not in order');
    for (let place = 0; place < values.length; place++) {
      const error = failed.get(place);
      if (error === undefined) this.#fulfilled(place, values[place]);
      else {
        if (!isBlank(values[place])) this.#say(`place ${place} has failed, and has a result`);
        if (!isDeepStrictEqual(error.input, inputs.given[place])) this.#say(`input ${place} is another one`);
        this.#rejection(error);
      }
    }
  }

  #outcomes(outcomes: readonly Outcome<unknown, unknown>[], isWhole: boolean): void {
    const { mode, feed, maxInFlight } = this.#run;
    const { given } = this.#seen.inputs;
    const seen = new Set<number>();
    for (const [i, outcome] of outcomes.entries()) {
      const { place } = outcome;
      if (seen.has(place)) this.#say(`place ${place} has two outcomes`);
      seen.add(place);
      if (mode === 'ordered' && place !== i) this.#say(`outcome ${i} is of place ${place}`);
      const isIts = feed === 'rows' || outcome.input === given[place];
      if (!isIts) this.#say(`input ${place} is another one`);
      if (outcome.status === 'fulfilled') this.#fulfilled(place, outcome.output);
      else this.#rejection(outcome.error as JobError);
    }
    if (isWhole) this.#mustBeOver(seen.size);
    const ahead = this.#seen.mostAhead - maxInFlight;
    if (isLazy(this.#run) && ahead > (feed === 'readable' ? STREAM_BUFFER : 0)) {
      this.#say(`read ${this.#seen.mostAhead} inputs ahead of its reader`);
    }
  }

  /** It says that it is through: is it? */
  #mustBeOver(n: number): void {
    const { nJobs, inputFault, isEndless, mode, stop } = this.#run;
    if (n !== nJobs) this.#say(`${n} outcomes, not ${nJobs}`);
    if (inputFault?.type === 'throws' && inputFault.at <= nJobs)
      this.#say('the inputs threw, and nobody heard');
    if (isEndless) this.#say('the inputs have no end, the run has');
    if (stop?.type === 'aborted') this.#say('ran though it was aborted before');
    if (mode !== 'failFast' && mode !== 'block') return;
    for (let place = 0; place < nJobs; place++) {
      const { status } = this.#end(place);
      if (status === 'rejected') this.#say(`job ${place} was to fail, and nobody heard`);
    }
  }

  #fulfilled(place: number, output: unknown): void {
    const end = this.#end(place);
    if (end.status === 'rejected') {
      this.#say(`place ${place} has a result, and was to fail with ${end.codes.join(' or ')}`);
    } else if (!isDeepStrictEqual(output, end.output)) {
      this.#say(`place ${place} has ${JSON.stringify(output)}, not ${JSON.stringify(end.output)}`);
    }
    if (!this.#notes.has(place)) this.#say(`place ${place} has a result, and never ran`);
  }

  #rejection({ place, code, attempt, message }: JobError): void {
    const end = this.#end(place);
    if (end.status === 'rejected' && end.codes.includes(code)) {
      const isExact = !this.#hasStrays && this.#run.timeout === undefined;
      if (isExact && end.attempts > 0 && attempt !== end.attempts) {
        this.#say(`place ${place} failed in try ${attempt}, not ${end.attempts}`);
      }
      return;
    }
    if (code === 'WORKER_DIED' && this.#hasStrays && !this.#isInline && message.includes('stray')) return;
    if (code === 'JOB_TIMEOUT' && this.#wasSlow(place)) return;
    this.#say(`place ${place} failed, by ${code}: ${message}`);
  }

  #end(place: number): End {
    return endOf(this.#run, this.#n, place);
  }

  /** On a machine that has other things to do, any job may take longer than it should. */
  #wasSlow(place: number): boolean {
    const { timeout = Number.POSITIVE_INFINITY } = this.#run;
    const notes = this.#notes.get(place) ?? [];
    return notes.some((begun, i) => {
      if (begun.kind !== BEGUN) return false;
      const end = notes.slice(i).find(({ kind, thread }) => kind === ENDED && thread === begun.thread);
      return end === undefined || end.time - begun.time > PART_OF_LIMIT * timeout;
    });
  }

  // How often jobs ran, and how far inputs were read.

  /** None runs twice in the same try, unless the thread died that it ran in. */
  #executions(): void {
    const { timeout, retries } = this.#run;
    for (const [place, notes] of this.#notes) {
      const isSlow = timeout !== undefined && this.#wasSlow(place);
      const begun = notes.filter(({ kind }) => kind === BEGUN);
      const attempts = begun.map(({ attempt }) => attempt);
      if (Math.max(...attempts) > retries + 1) this.#say(`job ${place} had try ${Math.max(...attempts)}`);
      if (isSlow || this.#hasStrays) continue;
      const end = this.#end(place);
      if (end.attempts === 0) this.#say(`job ${place} ran, and its input cannot cross`);
      for (const attempt of new Set(attempts)) {
        const inLiving = begun.filter((note) => note.attempt === attempt && !this.#dead.has(note.thread));
        // Functions do not see which try it is.
        const most = attempt > 0 ? 1 : end.attempts;
        if (inLiving.length > most)
          this.#say(`job ${place} ran ${inLiving.length} times in threads that live`);
        if (attempt > end.attempts) this.#say(`job ${place} had try ${attempt}, of ${end.attempts}`);
      }
    }
  }

  #reading(): void {
    const { reading } = this.#seen.inputs;
    if (!isLazy(this.#run) || reading.isDone || reading.nRead === 0) return;
    if (reading.nLeft !== 1) this.#say(`the inputs were left ${reading.nLeft} times`);
  }

  /** A run in this thread cannot be kept from what it has begun, only from going on. */
  #isLateStart(note: Note, { failure }: Observed): boolean {
    return (
      failure !== undefined && scriptOf(this.#run, note.key & 0xffff).includes('nested') && this.#isInline
    );
  }
}

function rowsOf(results: ArrayLike<unknown>): ArrayLike<unknown> {
  if (!(results instanceof SharedArray)) return results;
  return Array.from({ length: results.shape[0] ?? 0 }, (_, row) => Float64Array.from(results.row(row)));
}

/** What a place has that has no result: nothing, or `errorValue`, once or in a row. */
function isBlank(value: unknown): boolean {
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array).every(Number.isNaN);
  return value === undefined || Number.isNaN(value);
}
