import type { LaneStart, ToLane } from '../protocol/messages.ts';
import type { RunningLane, Thread, ThreadEnd } from '../threads/thread.ts';
import type { Tenant, ThreadPool } from '../threads/thread-pool.ts';
import type { Backend, LaneEnding, LaneEvents, OpenLane } from './backend.ts';

/** Runs each lane in a thread leased from a pool; one backend serves one run. */
export class ThreadBackend implements Backend {
  readonly type = 'threads';
  readonly nLanes: number;
  readonly #pool: ThreadPool;
  readonly #tenant: Tenant;
  readonly #used: Set<Thread>;

  /** `used` is where the runner notes which threads may hold an instance of its worker. */
  constructor(pool: ThreadPool, nLanes: number, used: Set<Thread>) {
    this.nLanes = nLanes;
    this.#pool = pool;
    this.#used = used;
    this.#tenant = { nLeased: 0, nWanted: nLanes };
  }

  open(start: LaneStart, events: LaneEvents): OpenLane {
    const application = this.#pool.apply(this.#tenant);
    const early: [ToLane, readonly ArrayBuffer[]][] = [];
    let thread: Thread | undefined;
    let running: RunningLane | undefined;
    let isOver = false;
    const over = (ending: LaneEnding) => {
      if (isOver) return;
      isOver = true;
      events.over(ending);
    };
    const run = async (leased: Thread) => {
      if (!isOver) {
        thread = leased;
        this.#used.add(leased);
        running = leased.runLane(start, (message) => {
          if (!isOver) events.message(message);
        });
        for (const [message, transfer] of early) running.post(message, transfer);
        events.started();
      }
      // A lane that was called off still has its thread to itself until it is over there, too.
      const end = await running?.over;
      if (leased.hasEnded) this.#used.delete(leased);
      this.#pool.giveBack(leased, this.#tenant);
      over(endingOf(end));
    };
    application.thread.then(run, (error: unknown) => over({ type: 'unstarted', error }));
    return {
      post: (message, transfer) => {
        if (running === undefined) early.push([message, transfer]);
        else running.post(message, transfer);
      },
      cancel: () => {
        application.withdraw();
        over({ type: 'finished' });
      },
      kill: () => void thread?.end(),
    };
  }
}

function endingOf(end: ThreadEnd | undefined): LaneEnding {
  return end === undefined ? { type: 'finished' } : { type: 'died', ...end };
}
