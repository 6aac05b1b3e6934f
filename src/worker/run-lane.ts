import { LanePen } from '../ledger/lane-pen.ts';
import { NO_PLACE, ORDER_PAUSE } from '../ledger/layout.ts';
import { Ledger, type Span } from '../ledger/ledger.ts';
import type { LaneStart, Worked } from '../protocol/messages.ts';
import { Pace } from '../protocol/pace.ts';
import { flattenThrown } from '../protocol/wire-error.ts';
import { bindWorker, type RunJob } from './bind-worker.ts';
import type { Guard } from './guard.ts';
import { type LaneInputs, laneInputs } from './lane-inputs.ts';
import type { LaneLink } from './lane-link.ts';
import { LaneOutcomes } from './lane-outcomes.ts';
import { LaneSink } from './lane-sink.ts';
import { getLogSink, setLogSink } from './log.ts';
import { Wear } from './wear.ts';

const { queueMicrotask, setImmediate, setTimeout, performance } = globalThis;

/** How long a span should take; chosen by benchmarks/span-time.ts. */
const SPAN_MS = 0.5;
/**
 * Outcomes of short jobs wait this long for company: a message wakes main, on a core that a lane is using. Chosen by
 * benchmarks/group-time.ts.
 */
const GROUP_MS = 5;
/** Those of posted inputs wait less: they tell main to send more, and gained nothing by waiting (benchmarks/README.md). */
const ANSWER_MS = 1;
/** More results than this are sent without waiting: a group is one piece of memory. */
const GROUP_SIZE = 4096;
/** After this long without, the event loop turns: logs, timers and stray rejections come out in time. */
const TURN_MS = 20;

/** What a lane needs next, once it has run what it could. */
type Step = 'go' | 'turn' | 'wait' | 'over';

/** How a lane ended. */
export interface LaneEnd {
  /** What its outcomes have not told. */
  readonly worked: Worked;
  /** Whether its worker has come to a limit. */
  readonly isWornOut: boolean;
}

/** Whether jobs have left alone what they may not change. With the time it may be too early to look again: then true. */
type IsFit = (now?: number) => boolean;

const NOTHING: Worked = { jobs: 0, milliseconds: 0 };

/**
 * Runs one thread's share of a run: takes spans, runs their jobs, keeps outcomes, until nothing is left.
 * `worker` is the function or class; the same code serves threads and inline runs.
 */
export async function runLane(
  start: LaneStart,
  worker: unknown,
  link: LaneLink,
  guard?: Guard,
): Promise<LaneEnd> {
  const sink = new LaneSink(start, link);
  const outer = getLogSink();
  setLogSink(sink);
  try {
    const isFit = (now?: number) => {
      if (guard === undefined || (now !== undefined && !guard.isDue(now))) return true;
      const complaint = guard.complaint();
      if (complaint !== undefined) link.post({ type: 'unfit', error: flattenThrown(complaint) });
      return complaint === undefined;
    };
    const end = await runWith(start, worker, link, sink, isFit);
    isFit();
    return end;
  } finally {
    setLogSink(outer);
  }
}

async function runWith(
  start: LaneStart,
  worker: unknown,
  link: LaneLink,
  sink: LaneSink,
  isFit: IsFit,
): Promise<LaneEnd> {
  const ledger = new Ledger(start.ledger);
  const pen = new LanePen(ledger, start.lane);
  let runJob: RunJob;
  try {
    runJob = await bindWorker(start.worker, worker, start.lane);
  } catch (thrown) {
    link.post({ type: 'unfit', error: flattenThrown(thrown) });
    return { worked: NOTHING, isWornOut: false };
  }
  // Not before: a lane that still makes its worker holds nothing up, and main may call it off.
  if (!pen.begin(start.sitting)) return { worked: NOTHING, isWornOut: false };
  return new Lane(start, ledger, pen, runJob, link, sink, isFit).run();
}

class Lane {
  readonly #runJob: RunJob;
  readonly #link: LaneLink;
  readonly #pen: LanePen;
  readonly #inputs: LaneInputs;
  readonly #outcomes: LaneOutcomes;
  readonly #sink: LaneSink;
  readonly #isFit: IsFit;
  readonly #wear: Wear;
  readonly #pace = new Pace(SPAN_MS);
  readonly #groupMs: number;
  // The span: the next place to run, and its end. `current` is the place whose job runs.
  #place = 0;
  #end = 0;
  #current = NO_PLACE;
  #attempt = 1;
  #measuredTo = 0;
  #measuredAt = 0;
  #worked: Worked = NOTHING;
  #lastSent = performance.now();
  #lastTurn = performance.now();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasRejected = false;

  constructor(
    start: LaneStart,
    ledger: Ledger,
    pen: LanePen,
    runJob: RunJob,
    link: LaneLink,
    sink: LaneSink,
    isFit: IsFit,
  ) {
    const { order } = start;
    this.#runJob = order ? (turn, input, attempt) => runJob(order[turn]!, input, attempt) : runJob;
    this.#link = link;
    this.#pen = pen;
    this.#inputs = laneInputs(start, ledger, pen, link);
    this.#outcomes = new LaneOutcomes(start, ledger, pen);
    this.#groupMs = start.source.type === 'posted' ? ANSWER_MS : GROUP_MS;
    this.#wear = new Wear(start.wear, start.worker.runnerId);
    this.#sink = sink;
    this.#isFit = isFit;
    sink.placeOf = () => order?.[this.#current] ?? this.#current;
  }

  /**
   * A debugger that stops at uncaught exceptions stops in the user's function: what a job throws rejects the
   * promise of `#advance`, and the lane knows by itself which place was running. V8 guesses whether somebody will
   * catch from what it sees when the exception is thrown, so around a job there must be no `try`, `finally` or
   * Promise executor on the stack, and no `.then` right behind the call (test/job-runner/single-worker-mode.test.ts).
   */
  run(): Promise<LaneEnd> {
    return new Promise((resolve, fail) => {
      const finish = () => resolve({ worked: this.#worked, isWornOut: this.#wear.isOut });
      const next = (step: Step) => {
        if (step === 'go') advance();
        else if (step === 'turn') setImmediate(turned);
        else if (step === 'wait') this.#link.arrival().then(turned, fail);
        // A last turn, so that what the jobs left floating comes out while the lane can still be blamed.
        else setImmediate(finish);
      };
      const turned = () => {
        this.#lastTurn = performance.now();
        advance();
      };
      const advance = () => {
        // Again each time: another lane of this thread may have spoken meanwhile.
        setLogSink(this.#sink);
        onceSettled(this.#advance(), next, (thrown) => {
          if (this.#link.isClosed) finish();
          else if (this.#current === NO_PLACE) fail(thrown);
          else next(this.#reject(thrown));
        });
      };
      queueMicrotask(advance);
    });
  }

  async #advance(): Promise<Step> {
    if (this.#place === this.#end) {
      if (this.#wear.isOut || this.#link.mustLeave) {
        this.#send();
        return 'over';
      }
      const span = this.#inputs.next(this.#pace.size, this.#wear.jobsLeft);
      if (span === 'wait' || span === 'end') {
        this.#send();
        return span === 'wait' ? 'wait' : 'over';
      }
      this.#openSpan(span);
    }
    const promised = this.#runSpan();
    if (promised !== undefined) {
      this.#outcomes.countTo(this.#current);
      this.#sendSoon();
      const result = await promised;
      // Ended meanwhile, where a thread would be gone: the seat may be another lane's.
      if (this.#link.isClosed) return 'over';
      this.#outcomes.fulfil(this.#current, result);
    }
    return this.#betweenJobs();
  }

  #openSpan({ start, end, attempt = 1 }: Span): void {
    this.#place = start;
    this.#end = end;
    this.#attempt = attempt;
    this.#pen.beginSpan(end);
    this.#outcomes.beginSpan(start);
    this.#measuredTo = start;
    this.#measuredAt = performance.now();
  }

  /** Runs jobs to the end of the span, or until main has an order, or until one returns a promise: that one. */
  #runSpan(): PromiseLike<unknown> | undefined {
    const end = this.#end;
    const attempt = this.#attempt;
    // All that a job costs is here: what does not change is looked up once.
    const pen = this.#pen;
    const inputs = this.#inputs;
    const outcomes = this.#outcomes;
    const runJob = this.#runJob;
    for (let place = this.#place; place < end; place++) {
      if (!pen.beginJob(place)) {
        outcomes.countTo(place);
        pen.endJob();
        this.#obey();
        return undefined;
      }
      this.#current = place;
      this.#place = place + 1;
      const result = runJob(place, inputs.at(place), attempt);
      if (isPromiseLike(result)) return result;
      outcomes.fulfil(place, result);
    }
    return undefined;
  }

  #obey(): void {
    // Asked to pause, the lane keeps its rest and goes on after `#betweenJobs`; else its rest is not its own.
    if (this.#pen.obey() !== ORDER_PAUSE) this.#end = this.#place;
  }

  #reject(thrown: unknown): Step {
    this.#outcomes.reject(this.#current, thrown);
    // The first failure may end the run; main should not hear of it late.
    if (!this.#hasRejected) this.#send();
    this.#hasRejected = true;
    return this.#betweenJobs();
  }

  /** Measures, sends what is due, and decides how to go on. */
  #betweenJobs(): Step {
    this.#current = NO_PLACE;
    this.#outcomes.countTo(this.#place);
    this.#pen.endJob();
    const now = performance.now();
    const jobs = this.#place - this.#measuredTo;
    const milliseconds = now - this.#measuredAt;
    this.#pace.measured(jobs, milliseconds);
    this.#wear.count(jobs);
    this.#worked = { jobs: this.#worked.jobs + jobs, milliseconds: this.#worked.milliseconds + milliseconds };
    this.#measuredTo = this.#place;
    this.#measuredAt = now;
    if (now - this.#lastSent >= this.#groupMs || this.#outcomes.size >= GROUP_SIZE) this.#send();
    this.#link.tick();
    // What a job has changed, a later one may change back.
    if (jobs > 0 && !this.#isFit(now)) return 'over';
    if (now - this.#lastTurn < TURN_MS) return 'go';
    this.#wear.look();
    return 'turn';
  }

  /** A job that waits must not hold up what others have finished. */
  #sendSoon(): void {
    if (this.#outcomes.size === 0 || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.#link.isClosed) this.#send();
    }, this.#groupMs);
  }

  #send(): void {
    if (this.#outcomes.size > 0) {
      const { message, transfer } = this.#outcomes.take(this.#worked);
      this.#worked = NOTHING;
      this.#link.post(message, transfer);
    }
    this.#lastSent = performance.now();
  }
}

function onceSettled<T>(
  promise: Promise<T>,
  fulfilled: (value: T) => void,
  rejected: (error: unknown) => void,
) {
  const watch = async (): Promise<T> => {
    try {
      return await promise;
    } finally {
      // Not earlier: whether an exception is caught is judged when it is thrown, by the handlers there are then.
      void watched.then(fulfilled, rejected);
    }
  };
  const watched = watch();
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as PromiseLike<unknown>).then === 'function'
  );
}
