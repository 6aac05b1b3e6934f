import type { LaneEnding } from '../backends/backend.ts';
import { type JobError, type JobErrorDetails, JobTimeoutError } from '../errors.ts';
import { reviveInPlace } from '../protocol/fixed-values.ts';
import type { FromLane, LaneStart, OutcomesMessage, PlaceOrder } from '../protocol/messages.ts';
import { pointTo } from '../protocol/stack-frames.ts';
import { restoreThrown } from '../protocol/wire-error.ts';
import { judge, suspects } from './blame.ts';
import {
  type Death,
  diedAtStart,
  diedBetweenJobs,
  diedInJob,
  jobFailed,
  timedOut,
  tookTooLongToStart,
} from './failures.ts';
import { onAbort } from './on-abort.ts';
import { Relief } from './relief.ts';
import { Retries } from './retries.ts';
import { failureRecord, moreFailed, slowerThanALoop } from './run-log.ts';
import type { RunPlan } from './run-plan.ts';
import { LEAST_LOOK_MS, Seat } from './seat.ts';

const { setInterval, clearInterval, setTimeout, clearTimeout, performance } = globalThis;

/** How often main looks for lanes that are stuck in a job; chosen by benchmarks/look-time.ts. */
const LOOK_MS = 20;
/** Time limits are looked at so many times in their length, so that they are kept to a quarter. */
const LOOKS_PER_LIMIT = 4;
/** What is running when a run stops gets this long to end by itself. */
export const GRACE_MS = 100;
/** So many captured failures are logged in full. */
const LOGGED_IN_FULL = 3;

/**
 * One run from its first lane to its end: opens lanes while there is work for them, hears what they have done,
 * gives blame when one dies, and alone knows when everything has an outcome.
 */
export class Run {
  readonly #plan: RunPlan;
  readonly #seats: Seat[];
  readonly #relief: Relief;
  readonly #retries: Retries;
  readonly #failedPlaces = new Set<number>();
  /** Places that have failed, and wait for another try. */
  readonly #resting = new Set<number>();
  #nSettled = 0;
  #worked = 0;
  #startedAt = 0;
  #failure: { readonly error: unknown } | undefined;
  #nStillborn = 0;
  #isOver = false;
  #keepAlive: ReturnType<typeof setInterval> | undefined;
  #grace: ReturnType<typeof setTimeout> | undefined;
  #leaveSignal: (() => void) | undefined;
  #settle: { resolve: () => void; reject: (error: unknown) => void } | undefined;

  constructor(plan: RunPlan) {
    this.#plan = plan;
    this.#retries = new Retries(plan.retries);
    this.#seats = Array.from({ length: plan.backend.nLanes }, (_, lane) => new Seat(plan.ledger, lane));
    this.#relief = new Relief(plan.feed, this.#seats, () => this.work());
  }

  /** Resolves when every job has an outcome that was delivered; rejects with what stopped the run. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#startedAt = performance.now();
      const { reporter, feed, ledger, signal, timeout, initTimeout } = this.#plan;
      reporter.start(() => ({
        total: feed.total,
        done: this.#nSettled + ledger.written,
        failed: this.#failedPlaces.size,
      }));
      const shortest = Math.min(timeout ?? Number.POSITIVE_INFINITY, initTimeout ?? Number.POSITIVE_INFINITY);
      const every = Math.max(LEAST_LOOK_MS, Math.min(LOOK_MS, shortest / LOOKS_PER_LIMIT));
      // One handle holds the process from here to the end, whatever threads come and go; it also looks around.
      this.#keepAlive = setInterval(() => this.#look(), every);
      const abort = () => this.stop(signal?.reason);
      if (signal) this.#leaveSignal = onAbort(signal, abort);
      if (signal?.aborted) abort();
      this.work();
    });
  }

  /** Opens lanes while there is something for them to do, and ends the run when there is not. */
  work(): void {
    if (this.#isOver || this.#settle === undefined) return;
    if (this.#failure === undefined && !this.#isComplete) {
      let wanted = this.#plan.feed.wanted;
      for (const seat of this.#seats) {
        if (wanted <= 0) break;
        // A lane that waits for its thread will find the work as well.
        if (seat.open === undefined) this.#open(seat);
        else if (seat.hasStarted) continue;
        wanted--;
      }
    }
    this.#endIfDone();
  }

  /** Stops the run: nothing new starts, and it rejects with `error` once its lanes are over. */
  stop(error: unknown): void {
    if (this.#isOver || this.#failure !== undefined) return;
    this.#failure = { error };
    this.#plan.ledger.stop();
    this.#plan.feed.stop();
    this.#relief.end();
    // Before lanes are called off: with the last of them the run is over.
    this.#grace = setTimeout(() => {
      for (const { open } of this.#seats) open?.kill();
    }, GRACE_MS);
    for (const { open, watch } of this.#seats) {
      if (open === undefined) continue;
      if (watch.abandon()) open.cancel();
      else open.post({ type: 'end' }, []);
    }
    this.#endIfDone();
  }

  /** An outcome that no lane has sent: the input could not be handed over. */
  rejectTurn(turn: number, input: unknown, cause: unknown): void {
    const place = this.#placeAt(turn);
    const error = jobFailed({ place, input, workerId: -1, attempt: this.#retries.attemptAt(place) }, cause);
    this.#plan.feed.settled(turn);
    this.#reject(error);
  }

  /** Whether somebody waits for the run: else it goes on, but does not hold the process. */
  hold(isWaitedFor: boolean): void {
    if (isWaitedFor) this.#keepAlive?.ref();
    else this.#keepAlive?.unref();
  }

  /** Lets places below `limit` be started; without this all may be. */
  allow(limit: number): void {
    this.#plan.feed.allow(limit);
    this.work();
  }

  /** Places that have a result, in order. */
  completed(): number[] {
    const { feed } = this.#plan;
    const places: number[] = [];
    for (let turn = 0; turn < feed.nBegun; turn++) {
      const place = this.#placeAt(turn);
      const hasFailed = this.#failedPlaces.has(place) || this.#resting.has(place);
      if (feed.isSettled(turn) && !hasFailed) places.push(place);
    }
    return this.#plan.order === undefined ? places : places.sort((a, b) => a - b);
  }

  #placeAt(turn: number): number {
    return this.#plan.order?.[turn] ?? turn;
  }

  readonly #inputOf = (place: number) => this.#plan.feed.inputOf(place);

  #open(seat: Seat): void {
    const sitting = seat.seatNext();
    const { backend, ledger, feed, order, worker, output, logLevel, wear } = this.#plan;
    const { lane } = seat;
    const start: LaneStart = {
      lane,
      sitting,
      ledger: ledger.handle,
      worker,
      source: feed.source,
      order,
      output,
      logLevel,
      wear,
    };
    seat.open = backend.open(start, {
      started: () => {
        seat.started(performance.now());
        this.#serve(seat);
      },
      message: (message) => this.#hear(seat, message),
      tick: () => this.#plan.reporter.tick(),
      over: (ending) => this.#closed(seat, ending),
    });
  }

  #serve({ lane, open }: Seat): void {
    if (this.#failure === undefined && open !== undefined) this.#plan.feed.serve(lane, open.post);
  }

  #hear(seat: Seat, message: FromLane): void {
    switch (message.type) {
      case 'outcomes':
        this.#answered(seat, message);
        break;
      case 'log':
        this.#plan.reporter.log(message.record);
        break;
      case 'unfit':
        this.stop(restoreThrown(message.error));
        break;
      case 'over':
        this.#worked += message.worked.milliseconds;
        break;
    }
  }

  #answered(seat: Seat, message: OutcomesMessage): void {
    const { feed, order, deliver } = this.#plan;
    this.#worked += message.worked.milliseconds;
    seat.answered(message);
    const failures = message.rejections.map(({ place: turn, thrown }) => ({
      turn,
      error: jobFailed(this.#detailsOf(turn, seat), restoreThrown(thrown)),
    }));
    const outputs = reviveInPlace(message.outputs);
    if (outputs.length > 0) {
      this.#nSettled += outputs.length;
      deliver({ runs: placesIn(message.runs, order), outputs, rejections: [] }, this.#inputOf);
    }
    feed.answered(seat.lane, message);
    for (const { turn, error } of failures) this.#failed(turn, error, false);
    this.#plan.reporter.tick();
    this.#serve(seat);
  }

  /** A job has failed: it is tried again, or that is its outcome. Its place is settled as far as the feed knows. */
  #failed(turn: number, error: JobError, isDeath: boolean): void {
    if (this.#failure !== undefined) {
      // Too late to be told, and not to be taken for a result.
      this.#failedPlaces.add(error.place);
      return;
    }
    let delay: number | undefined;
    try {
      delay = this.#retries.next(error, isDeath);
    } catch (thrown) {
      this.stop(thrown);
      return;
    }
    if (delay === undefined) {
      this.#plan.feed.done(turn);
      this.#reject(error);
    } else if (delay <= 0) this.#again(turn, error);
    else {
      this.#resting.add(error.place);
      // The run holds the process, not its plans: it may be stopped before.
      setTimeout(() => this.#again(turn, error), delay).unref();
    }
  }

  #again(turn: number, { place, input, attempt }: JobError): void {
    // It goes on resting: a place without a result.
    if (this.#failure !== undefined) return;
    this.#resting.delete(place);
    this.#plan.feed.again(turn, input, attempt + 1);
    this.work();
  }

  #reject(error: JobError): void {
    const { deliver, isCapturing, logsFailures, calledFrom } = this.#plan;
    pointTo(error, calledFrom);
    this.#nSettled++;
    this.#failedPlaces.add(error.place);
    deliver({ runs: [], outputs: [], rejections: [error] }, this.#inputOf);
    if (!isCapturing) this.stop(error);
    else if (logsFailures && this.#failedPlaces.size <= LOGGED_IN_FULL)
      this.#plan.reporter.log(failureRecord(error));
  }

  #closed(seat: Seat, ending: LaneEnding): void {
    seat.open = undefined;
    const { feed, ledger } = this.#plan;
    if (ending.type === 'died') seat.watch.countLost(ledger.states);
    if (ending.type === 'unstarted') this.stop(ending.error);
    const blamed =
      ending.type === 'died' && this.#failure === undefined ? this.#blame(seat, ending) : undefined;
    if (blamed !== undefined) feed.settled(blamed.turn);
    feed.closed(seat.lane, seat.watch, ending.type === 'died');
    if (blamed !== undefined)
      this.#failed(blamed.turn, blamed.error, !(blamed.error instanceof JobTimeoutError));
    if (feed.wanted === 0) this.#recall();
    if (this.#failure === undefined) this.#relief.look();
    this.work();
  }

  /** The job that is to blame for the death of a lane, if one is: nothing else is lost by it. */
  #blame(seat: Seat, death: Death): { readonly turn: number; readonly error: JobError } | undefined {
    const { feed, ledger, isCapturing, calledFrom, timeout = 0 } = this.#plan;
    const { turn, of } = judge(seat, feed, ledger);
    switch (of) {
      case 'job':
        return { turn, error: diedInJob(this.#detailsOf(turn, seat), death) };
      case 'time limit':
        return { turn, error: timedOut(this.#detailsOf(turn, seat), timeout) };
      case 'unlucky': {
        // Tried anew as if it had not begun.
        const { input, attempt } = this.#detailsOf(turn, seat);
        feed.settled(turn);
        feed.again(turn, input, attempt);
        break;
      }
      case 'start':
        // Once that may be what an earlier run left in the thread, but not again and again.
        if (++this.#nStillborn > this.#seats.length) this.stop(diedAtStart(seat.lane, death));
        break;
      case 'stray': {
        const candidates = suspects(seat, feed).map((suspect) => this.#placeAt(suspect));
        const stray = diedBetweenJobs(seat.lane, candidates, death);
        pointTo(stray, calledFrom);
        if (isCapturing) this.#plan.reporter.log(failureRecord(stray));
        else this.stop(stray);
      }
    }
    return undefined;
  }

  #detailsOf(turn: number, { lane }: Seat): JobErrorDetails {
    const place = this.#placeAt(turn);
    const attempt = this.#retries.attemptAt(place);
    return { place, input: this.#plan.feed.inputOf(turn), workerId: lane, attempt };
  }

  /**
   * A lane has run out of work: inputs that wait for a thread to start can be done sooner by its own. Only then: a
   * worker that takes long to make would be called off again and again.
   */
  #recall(): void {
    for (const { lane, open, watch } of this.#seats) {
      if (open !== undefined && this.#plan.feed.hasPosted(lane) && watch.abandon()) open.cancel();
    }
  }

  /** Sees to lanes that are stuck: others do what they have not started, and time limits end them. */
  #look(): void {
    const { reporter, timeout = Number.POSITIVE_INFINITY, initTimeout } = this.#plan;
    reporter.tick();
    if (this.#failure !== undefined) return;
    const now = performance.now();
    for (const seat of this.#seats) {
      if (seat.open === undefined || !seat.hasStarted) continue;
      if (initTimeout !== undefined && seat.isLate(now, initTimeout)) {
        const lanes = this.#seats.map(({ open }) => open);
        this.stop(tookTooLongToStart(seat.lane, initTimeout));
        // Called off only, they would get more time.
        for (const lane of lanes) lane?.kill();
        return;
      }
      const time = seat.inJobFor(now);
      // Ahead of time: should others run out of work, they can have its rest at once.
      if (time > 0) seat.ask(now);
      if (time < timeout || seat.timedOut !== undefined) continue;
      seat.timedOut = seat.watch.current;
      seat.open.kill();
    }
    this.#relief.look();
    this.work();
  }

  get #isComplete(): boolean {
    const { feed, ledger } = this.#plan;
    return feed.total !== undefined && this.#nSettled + ledger.written >= feed.total;
  }

  #endIfDone(): void {
    const { feed } = this.#plan;
    if (!this.#isComplete && this.#failure === undefined) return;
    for (const { open, watch } of this.#seats) {
      // A thread that is still starting is not waited for.
      if (open !== undefined && watch.abandon()) open.cancel();
    }
    if (this.#isOver || this.#seats.some(({ open }) => open !== undefined)) return;
    this.#isOver = true;
    clearInterval(this.#keepAlive);
    clearTimeout(this.#grace);
    this.#relief.end();
    this.#leaveSignal?.();
    feed.stop();
    feed.end();
    this.#sayLastWords();
    this.#plan.reporter.finish(this.#failure === undefined ? 'fulfilled' : 'rejected');
    if (this.#failure === undefined) this.#settle?.resolve();
    else this.#settle?.reject(this.#failure.error);
  }

  #sayLastWords(): void {
    const { reporter, backend, feed, isCapturing, logsFailures } = this.#plan;
    if (isCapturing && logsFailures) {
      const more = moreFailed(this.#failedPlaces.size - LOGGED_IN_FULL);
      if (more) reporter.log(more);
    }
    if (this.#failure !== undefined || backend.type !== 'threads') return;
    const notWorthIt = slowerThanALoop(feed.total, performance.now() - this.#startedAt, this.#worked);
    if (notWorthIt) reporter.log(notWorthIt);
  }
}

/** Runs of turns as runs of places. */
function placesIn(runs: readonly number[], order: PlaceOrder | undefined): readonly number[] {
  if (order === undefined) return runs;
  const places: number[] = [];
  for (let i = 0; i < runs.length; i += 2) {
    for (let turn = runs[i]!; turn < runs[i]! + runs[i + 1]!; turn++) places.push(order[turn]!, 1);
  }
  return places;
}
