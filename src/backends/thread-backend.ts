import type { LaneStart, ToLane } from '../protocol/messages.ts';
import type { Host, RunningLane, Thread } from '../threads/thread.ts';
import type { Tenant, ThreadPool } from '../threads/thread-pool.ts';
import type { Backend, LaneEnding, LaneEvents, OpenLane } from './backend.ts';

const { setTimeout, clearTimeout } = globalThis;

/**
 * A lane that was called off may be loading its worker for so long; then its thread is ended. Sooner, and slow
 * modules would be loaded for nothing; never, and one that hangs would keep the process alive.
 */
const CALLED_OFF_MS = 5000;

/** A runner's account of the threads that may hold an instance of its worker. */
export interface Hosts extends Host {
  readonly threads: Set<Thread>;
}

/** Runs each lane in a thread leased from a pool; one backend serves one run. */
export class ThreadBackend implements Backend {
  readonly type = 'threads';
  readonly nLanes: number;
  readonly #pool: ThreadPool;
  readonly #tenant: Tenant;
  readonly #hosts: Hosts;

  constructor(pool: ThreadPool, nLanes: number, hosts: Hosts) {
    this.nLanes = nLanes;
    this.#pool = pool;
    this.#hosts = hosts;
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
      if (isOver) return this.#pool.giveBack(leased, this.#tenant);
      thread = leased;
      this.#hosts.threads.add(leased);
      leased.takeIn(this.#hosts);
      running = leased.runLane(start, (message) => {
        if (!isOver) events.message(message);
      });
      for (const [message, transfer] of early) running.post(message, transfer);
      events.started();
      // A lane that was called off still has its thread to itself until it is over there, too.
      const end = await running.over;
      if (end.type === 'finished' && end.isWornOut) await leased.leave();
      if (leased.hasEnded) this.#hosts.threads.delete(leased);
      this.#pool.giveBack(leased, this.#tenant);
      over(end.type === 'died' ? end : { type: 'finished' });
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
        if (thread !== undefined && running !== undefined) endUnlessOver(thread, running);
      },
      kill: () => {
        if (thread !== undefined) void thread.end();
        else {
          application.withdraw();
          over({ type: 'finished' });
        }
      },
    };
  }
}

function endUnlessOver(thread: Thread, running: RunningLane): void {
  const timer = setTimeout(() => void thread.end(), CALLED_OFF_MS).unref();
  void running.over.then(() => clearTimeout(timer));
}
