import type { Backend, LaneEnding, OpenLane } from '../backends/backend.ts';
import type { JobError } from '../errors.ts';
import type { Feed } from '../feeds/feed.ts';
import { LaneWatch } from '../ledger/lane-watch.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { reviveValues } from '../protocol/fixed-values.ts';
import type { LogLevel } from '../protocol/log-record.ts';
import type { FromLane, LaneStart, OutcomesMessage, OutputPlan, WorkerPlan } from '../protocol/messages.ts';
import { type CallSite, pointTo } from '../protocol/stack-frames.ts';
import { restoreThrown } from '../protocol/wire-error.ts';
import type { Reporter } from '../reporters/reporter.ts';
import type { OutcomeGroup } from '../results/outcome-group.ts';
import { diedAtStart, diedBetweenJobs, diedInJob, jobFailed } from './failures.ts';

const { setInterval, clearInterval, setTimeout, clearTimeout, performance } = globalThis;

/** How often main looks for lanes that are stuck in a job; chosen by benchmarks/skewed-jobs.ts. */
const LOOK_MS = 20;
/** What is running when a run stops gets this long to end by itself. */
const GRACE_MS = 100;
/** So many captured failures are logged in full. */
const LOGGED_IN_FULL = 3;

export interface RunPlan {
  readonly backend: Backend;
  readonly ledger: Ledger;
  readonly feed: Feed;
  readonly worker: WorkerPlan;
  readonly output: OutputPlan | undefined;
  readonly logLevel: LogLevel;
  readonly reporter: Reporter;
  /** Whether a failed job leaves the others running. */
  readonly isCapturing: boolean;
  readonly signal: AbortSignal | undefined;
  /** Where the user started the run. */
  readonly calledFrom: CallSite;
  /** Whether what is captured is for the log: not where the caller gets each failure as it comes. */
  readonly logsFailures: boolean;
  /** Takes outcomes as they come in; `inputOf` knows the inputs of their places until it returns. */
  readonly deliver: (group: OutcomeGroup, inputOf: (place: number) => unknown) => void;
}

interface Seat {
  readonly lane: number;
  readonly watch: LaneWatch;
  open: OpenLane | undefined;
  hasStarted: boolean;
  /** Whether main asked it to pause at the last look. */
  isAsked: boolean;
  /** Places it has answered last: who may have left something behind. */
  lastAnswered: readonly number[];
}

/**
 * One run from its first lane to its end: opens lanes while there is work for them, hears what they have done,
 * gives blame when one dies, and alone knows when everything has an outcome.
 */
export class Run {
  readonly #plan: RunPlan;
  readonly #seats: Seat[];
  #nSettled = 0;
  #nFailed = 0;
  #worked = 0;
  #startedAt = 0;
  #failure: { readonly error: unknown } | undefined;
  #nStillborn = 0;
  #isOver = false;
  #keepAlive: ReturnType<typeof setInterval> | undefined;
  #grace: ReturnType<typeof setTimeout> | undefined;
  #settle: { resolve: () => void; reject: (error: unknown) => void } | undefined;

  constructor(plan: RunPlan) {
    this.#plan = plan;
    this.#seats = Array.from({ length: plan.backend.nLanes }, (_, lane) => ({
      lane,
      watch: new LaneWatch(plan.ledger, lane),
      open: undefined,
      hasStarted: false,
      isAsked: false,
      lastAnswered: [],
    }));
  }

  /** Resolves when every job has an outcome that was delivered; rejects with what stopped the run. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#startedAt = performance.now();
      const { reporter, feed, ledger, signal } = this.#plan;
      reporter.start(() => ({
        total: feed.total,
        done: this.#nSettled + ledger.written,
        failed: this.#nFailed,
      }));
      // One handle holds the process from here to the end, whatever threads come and go; it also looks around.
      this.#keepAlive = setInterval(() => this.#look(), LOOK_MS);
      signal?.addEventListener('abort', this.#onAbort);
      if (signal?.aborted) this.#onAbort();
      this.work();
    });
  }

  /** Opens lanes while there is something for them to do, and ends the run when there is not. */
  work(): void {
    if (this.#isOver || this.#settle === undefined) return;
    if (this.#failure === undefined) {
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
    for (const { open, watch } of this.#seats) {
      if (open === undefined) continue;
      if (watch.abandon()) open.cancel();
      else open.post({ type: 'end' }, []);
    }
    this.#grace = setTimeout(() => {
      for (const { open } of this.#seats) open?.kill();
    }, GRACE_MS);
    this.#endIfDone();
  }

  /** An outcome that no lane has sent: the input could not be handed over. */
  rejectPlace(place: number, input: unknown, cause: unknown): void {
    this.#plan.feed.settled(place);
    this.#rejected([jobFailed({ place, input, workerId: -1, attempt: 1 }, cause)]);
  }

  /** Lets places below `limit` be started; without this all may be. */
  allow(limit: number): void {
    this.#plan.feed.allow(limit);
    this.work();
  }

  readonly #inputOf = (place: number) => this.#plan.feed.inputOf(place);

  readonly #onAbort = () => this.stop(this.#plan.signal?.reason);

  #open(seat: Seat): void {
    const sitting = seat.watch.seatNext();
    seat.hasStarted = false;
    seat.isAsked = false;
    seat.lastAnswered = [];
    const { backend, ledger, feed, worker, output, logLevel } = this.#plan;
    const start: LaneStart = {
      lane: seat.lane,
      sitting,
      ledger: ledger.handle,
      worker,
      source: feed.source,
      output,
      logLevel,
    };
    seat.open = backend.open(start, {
      started: () => {
        seat.hasStarted = true;
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
    }
  }

  #answered(seat: Seat, message: OutcomesMessage): void {
    const { feed, deliver } = this.#plan;
    this.#worked += message.worked.milliseconds;
    const rejections = message.rejections.map(({ place, thrown }) =>
      jobFailed(
        { place, input: feed.inputOf(place), workerId: seat.lane, attempt: 1 },
        restoreThrown(thrown),
      ),
    );
    seat.lastAnswered = placesIn(message);
    const outputs = reviveValues(message.outputs);
    if (outputs.length > 0) {
      this.#nSettled += outputs.length;
      deliver({ runs: message.runs, outputs, rejections: [] }, this.#inputOf);
    }
    this.#rejected(rejections);
    feed.answered(seat.lane, message);
    this.#plan.reporter.tick();
    this.#serve(seat);
  }

  #rejected(errors: readonly JobError[]): void {
    if (errors.length === 0) return;
    const { deliver, isCapturing, logsFailures } = this.#plan;
    this.#nSettled += errors.length;
    deliver({ runs: [], outputs: [], rejections: errors }, this.#inputOf);
    for (const error of errors) {
      pointTo(error, this.#plan.calledFrom);
      this.#nFailed++;
      if (!isCapturing) this.stop(error);
      else if (logsFailures && this.#nFailed <= LOGGED_IN_FULL) this.#logFailure(error);
    }
  }

  #logFailure(error: JobError): void {
    const { cause, message, place, workerId } = error;
    const trace = cause instanceof Error && cause.stack !== undefined ? `\n${cause.stack}` : '';
    this.#plan.reporter.log({ level: 'error', message: message + trace, place, workerId });
  }

  #closed(seat: Seat, ending: LaneEnding): void {
    seat.open = undefined;
    if (ending.type === 'unstarted') this.stop(ending.error);
    const hasDied = ending.type === 'died';
    if (hasDied && this.#failure === undefined) {
      if (!seat.watch.abandon()) this.#mourn(seat, ending);
      // It had not begun: once that may be what an earlier run left in the thread, but not again and again.
      else if (++this.#nStillborn > this.#seats.length) this.stop(diedAtStart(seat.lane, ending));
    }
    this.#plan.feed.closed(seat.lane, seat.watch, hasDied);
    if (this.#plan.feed.wanted === 0) this.#recall();
    this.work();
  }

  /** A lane has run out of work: inputs that wait for a thread to start can be done sooner by its own. */
  #recall(): void {
    for (const { lane, open, watch } of this.#seats) {
      if (open !== undefined && this.#plan.feed.hasPosted(lane) && watch.abandon()) open.cancel();
    }
  }

  /** The job that was running is to blame; everything else the lane had goes to others. */
  #mourn(seat: Seat, ending: Extract<LaneEnding, { type: 'died' }>): void {
    const { feed, ledger } = this.#plan;
    const { current } = seat.watch;
    const input = current >= 0 ? feed.inputOf(current) : undefined;
    const wasRunning = current >= 0 && (ledger.states[current] ?? 0) === 0;
    const death = wasRunning
      ? diedInJob(seat.lane, current, input, ending)
      : diedBetweenJobs(seat.lane, seat.lastAnswered, ending);
    if (!wasRunning) {
      pointTo(death, this.#plan.calledFrom);
      if (this.#plan.isCapturing) this.#logFailure(death);
      else this.stop(death);
      return;
    }
    feed.settled(current);
    this.#rejected([death]);
  }

  /** Lets others do what a lane that is stuck in a long job has not started. */
  #look(): void {
    const { feed, reporter } = this.#plan;
    reporter.tick();
    if (this.#failure !== undefined) return;
    const isIdle = feed.wanted === 0 && this.#seats.some(({ open }) => open === undefined);
    for (const seat of this.#seats) {
      if (seat.open === undefined || !seat.hasStarted) continue;
      if (!seat.watch.isStuck()) {
        seat.isAsked = false;
        continue;
      }
      if (seat.isAsked && isIdle && feed.relieve(seat.lane, seat.watch)) seat.isAsked = false;
      else {
        seat.watch.askToPause();
        seat.isAsked = true;
      }
    }
    this.work();
  }

  #endIfDone(): void {
    const { feed, ledger } = this.#plan;
    const isComplete = feed.total !== undefined && this.#nSettled + ledger.written >= feed.total;
    if (!isComplete && this.#failure === undefined) return;
    for (const { open, watch } of this.#seats) {
      // A thread that is still starting is not waited for.
      if (open !== undefined && watch.abandon()) open.cancel();
    }
    if (this.#isOver || this.#seats.some(({ open }) => open !== undefined)) return;
    this.#isOver = true;
    clearInterval(this.#keepAlive);
    clearTimeout(this.#grace);
    this.#plan.signal?.removeEventListener('abort', this.#onAbort);
    feed.stop();
    this.#sayLastWords();
    this.#plan.reporter.finish(this.#failure === undefined ? 'fulfilled' : 'rejected');
    if (this.#failure === undefined) this.#settle?.resolve();
    else this.#settle?.reject(this.#failure.error);
  }

  #sayLastWords(): void {
    const { reporter, backend, feed, isCapturing, logsFailures } = this.#plan;
    const more = this.#nFailed - LOGGED_IN_FULL;
    if (isCapturing && logsFailures && more > 0) {
      reporter.log({ level: 'error', message: `${more} more ${more === 1 ? 'job' : 'jobs'} failed` });
    }
    const took = performance.now() - this.#startedAt;
    if (
      this.#failure === undefined &&
      backend.type === 'threads' &&
      this.#worked > 0 &&
      took > this.#worked
    ) {
      reporter.log({
        level: 'info',
        message: `${feed.total} jobs took ${took.toFixed(1)} ms in threads; a plain loop would have taken about ${this.#worked.toFixed(1)} ms`,
      });
    }
  }
}

/** A stray error comes from one of the last few jobs of its thread, most likely. */
const CANDIDATES = 20;

function placesIn({ runs, rejections }: OutcomesMessage): number[] {
  const places = rejections.map(({ place }) => place);
  for (let i = runs.length - 2; i >= 0; i -= 2) {
    for (let place = runs[i]! + runs[i + 1]! - 1; place >= runs[i]!; place--) {
      if (places.length >= CANDIDATES) return places;
      places.push(place);
    }
  }
  return places;
}
