import { LaneWatch } from '../../src/ledger/lane-watch.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { fixAll, reviveValues } from '../../src/protocol/fixed-values.ts';
import type { FromLane, LaneStart, ToLane, WorkerPlan } from '../../src/protocol/messages.ts';
import { restoreThrown } from '../../src/protocol/wire-error.ts';
import type { LaneLink } from '../../src/worker/lane-link.ts';

let nRunners = 1_000_000;

/** What a lane makes its worker of: the function or class of the calling thread, unless there is a reference. */
export function workerPlan(
  given: Partial<WorkerPlan> & {
    readonly args?: readonly unknown[];
    readonly last?: readonly unknown[];
  } = {},
): WorkerPlan {
  const { args = [], last = [], ...plan } = given;
  return {
    runnerId: ++nRunners,
    reference: undefined,
    captured: undefined,
    workerArgs: fixAll(args, 'workerArgs').fixed,
    trailing: fixAll(last, 'trailing').fixed,
    spread: false,
    ...plan,
  };
}

/** A lane of a run of `nJobs` places, or of posted inputs, as main would start it. */
export function startLane(
  nJobs: number,
  given: Partial<LaneStart> = {},
): { readonly start: LaneStart; readonly ledger: Ledger; readonly watch: LaneWatch } {
  const ledger = Ledger.create(1, given.source?.type === 'posted' ? 0 : nJobs);
  const watch = new LaneWatch(ledger, 0);
  const start: LaneStart = {
    lane: 0,
    sitting: watch.seatNext(),
    ledger: ledger.handle,
    worker: workerPlan(),
    source: { type: 'places' },
    order: undefined,
    output: undefined,
    logLevel: 'warn',
    wear: undefined,
    ...given,
  };
  ledger.raiseLimit(nJobs);
  return { start, ledger, watch };
}

export function batch(first: number, inputs: readonly unknown[]): ToLane {
  return { type: 'batch', first, inputs: fixAll(inputs, 'input').fixed };
}

export const end: ToLane = { type: 'end' };

export type Told =
  | { readonly status: 'fulfilled'; readonly output: unknown }
  | { readonly status: 'rejected'; readonly thrown: unknown };

/** What messages say became of each place; one that is named twice is an error. */
export function outcomesIn(messages: readonly FromLane[]): Map<number, Told> {
  const told = new Map<number, Told>();
  const tell = (place: number, outcome: Told) => {
    if (told.has(place)) throw new Error(`place ${place} has two outcomes`);
    told.set(place, outcome);
  };
  for (const message of messages) {
    if (message.type !== 'outcomes') continue;
    const outputs = reviveValues(message.outputs);
    let n = 0;
    for (let i = 0; i < message.runs.length; i += 2) {
      for (let k = 0; k < message.runs[i + 1]!; k++) {
        tell(message.runs[i]! + k, { status: 'fulfilled', output: outputs[n++] });
      }
    }
    for (const { place, thrown } of message.rejections) {
      tell(place, { status: 'rejected', thrown: restoreThrown(thrown) });
    }
  }
  return told;
}

/** A line to main that writes down what the lane says. */
export class ProbeLink implements LaneLink {
  readonly messages: FromLane[] = [];
  readonly inbox: ToLane[];
  isClosed = false;
  mustLeave = false;
  nTicks = 0;
  #wake: (() => void) | undefined;

  constructor(inbox: readonly ToLane[] = []) {
    this.inbox = [...inbox];
  }

  post(message: FromLane): void {
    this.messages.push(message);
  }

  take(): ToLane | undefined {
    return this.inbox.shift();
  }

  arrival(): Promise<void> {
    return new Promise((resolve) => {
      if (this.inbox.length > 0) resolve();
      this.#wake = resolve;
    });
  }

  /** Main sends one more. */
  deliver(message: ToLane): void {
    this.inbox.push(message);
    this.#wake?.();
  }

  tick(): void {
    this.nTicks++;
  }

  get outcomes(): Map<number, Told> {
    return outcomesIn(this.messages);
  }
}
