import type { FromLane, LaneStart, ToLane } from '../protocol/messages.ts';
import type { Guard } from '../worker/guard.ts';
import type { LaneLink } from '../worker/lane-link.ts';
import { runLane } from '../worker/run-lane.ts';
import type { Backend, LaneEnding, LaneEvents, OpenLane } from './backend.ts';

// Taken when the library loads: fake timers replace it.
const { queueMicrotask } = globalThis;

/** Runs the one lane in the calling thread: a plain loop, for debuggers and for runs inside of jobs. */
export class InlineBackend implements Backend {
  readonly type = 'inline';
  readonly nLanes = 1;
  readonly #load: () => unknown;
  readonly #guard: () => Guard | undefined;

  /** `load` gives the function or class, or a promise of it; `guard` looks after what it has captured. */
  constructor(load: () => unknown, guard: () => Guard | undefined = () => undefined) {
    this.#load = load;
    this.#guard = guard;
  }

  open(start: LaneStart, events: LaneEvents): OpenLane {
    let isOver = false;
    const link = new InlineLink({
      ...events,
      message: (message) => {
        if (!isOver) events.message(message);
      },
    });
    const over = (ending: LaneEnding) => {
      if (isOver) return;
      isOver = true;
      link.isClosed = true;
      events.over(ending);
    };
    // From a turn of its own: what opens a lane is not ready to hear from it yet.
    queueMicrotask(() => {
      if (isOver) return;
      events.started();
      this.#run(start, link).then(
        () => over({ type: 'finished' }),
        (error: unknown) => over({ type: 'unstarted', error }),
      );
    });
    return {
      post: (message) => link.deliver(message),
      cancel: () => over({ type: 'finished' }),
      // Only a job that awaits something can be met here. It cannot be ended, but it need not be waited for.
      kill: () => over({ type: 'died', error: undefined, exitCode: undefined, outOfMemory: false }),
    };
  }

  async #run(start: LaneStart, link: LaneLink): Promise<void> {
    const worker = await this.#load();
    await runLane(start, worker, link, this.#guard());
  }
}

class InlineLink implements LaneLink {
  isClosed = false;
  readonly mustLeave = false;
  readonly #events: LaneEvents;
  readonly #queue: ToLane[] = [];
  #wake: (() => void) | undefined;

  constructor(events: LaneEvents) {
    this.#events = events;
  }

  deliver(message: ToLane): void {
    this.#queue.push(message);
    this.#wake?.();
  }

  post(message: FromLane): void {
    this.#events.message(message);
  }

  take(): ToLane | undefined {
    return this.#queue.shift();
  }

  arrival(): Promise<void> {
    if (this.#queue.length > 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  tick(): void {
    this.#events.tick();
  }
}
