import { MessageChannel } from 'node:worker_threads';
import type { FromLane, LaneStart } from '../protocol/messages.ts';
import type { Thread, ThreadEnd } from '../threads/thread.ts';
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
    this.#used = used;
    this.nLanes = nLanes;
    this.#pool = pool;
    this.#tenant = { nLeased: 0, nWanted: nLanes };
  }

  open(start: LaneStart, events: LaneEvents): OpenLane {
    const { port1: near, port2: far } = new MessageChannel();
    const application = this.#pool.apply(this.#tenant);
    let thread: Thread | undefined;
    let isOver = false;
    const over = (ending: LaneEnding) => {
      if (isOver) return;
      isOver = true;
      near.close();
      events.over(ending);
    };
    // The thread closes its port when it is done, and so does its end; all that it sent arrives before.
    const closed = new Promise<void>((resolve) => near.once('close', resolve));
    near.on('message', (message: FromLane) => {
      if (!isOver) events.message(message);
    });
    // The run holds the process; a lane does not.
    near.unref();
    application.thread.then(
      async (leased) => {
        if (isOver) return this.#pool.giveBack(leased, this.#tenant);
        thread = leased;
        this.#used.add(leased);
        const ran = leased.runLane({ type: 'lane', start, port: far });
        events.started();
        const [end] = await Promise.all([ran, closed]);
        if (leased.hasEnded) this.#used.delete(leased);
        this.#pool.giveBack(leased, this.#tenant);
        over(endingOf(end));
      },
      (error: unknown) => over({ type: 'unstarted', error }),
    );
    return {
      post: (message, transfer) => near.postMessage(message, transfer),
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
