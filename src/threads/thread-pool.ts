import { usableCores } from '../cores.ts';
import { Thread, type ThreadSettings } from './thread.ts';

const { queueMicrotask, setTimeout, clearTimeout } = globalThis;

/** Threads of the process, over all its pools, per core it may use: a little more, for jobs that wait. */
const THREADS_PER_CORE = 1.5;
/** An idle thread is ended after this long: a script's next run comes sooner, a server's memory comes back. */
const IDLE_MS = 10_000;

/** Somebody who wants threads: one run. */
export interface Tenant {
  /** Threads it has now; the pool counts. Who has none comes first. */
  nLeased: number;
  /** As many as it may have even if the process is then over its cap: it has asked for them by name. */
  readonly nWanted: number;
}

/** A request for one thread. */
export interface Application {
  /** Resolves to a thread; rejects if none can be started. Never settles once withdrawn. */
  readonly thread: Promise<Thread>;
  withdraw(): void;
}

interface Waiting {
  readonly pool: ThreadPool;
  readonly tenant: Tenant;
  readonly grant: (thread: Promise<Thread>) => void;
}

interface Idle {
  readonly thread: Thread;
  readonly timer: ReturnType<typeof setTimeout>;
}

// One for the process: the cap counts the threads of all pools that have any.
const waiting: Waiting[] = [];
const pools = new Set<ThreadPool>();
let cores: number | undefined;

/** Leases threads of one kind to one tenant at a time, and ends them when nobody has wanted them for a while. */
export class ThreadPool {
  readonly #settings: ThreadSettings;
  readonly #idle: Idle[] = [];
  /** Threads that were started before the pool was renewed are not used again. */
  readonly #startedIn = new WeakMap<Thread, number>();
  #generation = 0;
  #size = 0;
  #isClosed = false;

  constructor(settings: ThreadSettings = {}) {
    this.#settings = settings;
  }

  apply(tenant: Tenant): Application {
    let place: Waiting | undefined;
    const thread = new Promise<Thread>((grant) => {
      place = { pool: this, tenant, grant };
      waiting.push(place);
    });
    serve();
    return {
      thread,
      withdraw: () => {
        const at = waiting.indexOf(place as Waiting);
        if (at >= 0) waiting.splice(at, 1);
      },
    };
  }

  /** The tenant is done with a thread, which may have ended meanwhile. */
  giveBack(thread: Thread, tenant: Tenant): void {
    tenant.nLeased--;
    if (thread.hasEnded || this.#isClosed || this.#startedIn.get(thread) !== this.#generation)
      void this.#drop(thread);
    else this.#rest(thread);
    serve();
  }

  /** Ends idle threads, and those that are in use once they come back: from here on, threads are new. */
  async renew(): Promise<void> {
    this.#generation++;
    await Promise.all([...this.#idle].map(({ thread }) => this.#endIdle(thread)));
  }

  /** Ends idle threads, and those that come back. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#idle].map(({ thread }) => this.#endIdle(thread)));
  }

  get size(): number {
    return this.#size;
  }

  /** @internal Gives the tenant a thread, if the cap allows. */
  provide(tenant: Tenant): Promise<Thread> | undefined {
    const at = this.#idle.findLastIndex(({ thread }) => !thread.isRetiring);
    if (at >= 0) {
      const [{ thread, timer }] = this.#idle.splice(at, 1) as [Idle];
      clearTimeout(timer);
      return Promise.resolve(thread);
    }
    if (!makeRoom(this, tenant)) return undefined;
    try {
      return Promise.resolve(this.#start());
    } catch (error) {
      // It is counted as leased when it is granted.
      queueMicrotask(() => {
        tenant.nLeased--;
        serve();
      });
      return Promise.reject(error);
    }
  }

  #start(): Thread {
    const thread = Thread.start(this.#settings, {
      gone: (thread) => void this.#endIdle(thread).then(serve),
      free: serve,
    });
    this.#startedIn.set(thread, this.#generation);
    this.#size++;
    pools.add(this);
    return thread;
  }

  /** Starts threads that will be wanted in a moment, up to `n` in all, as far as the cap allows. */
  warm(n: number): void {
    try {
      while (this.#size < n && makeRoom(this, { nLeased: 0, nWanted: n })) this.#rest(this.#start());
    } catch {
      // Whoever applies for a thread is told why there is none.
    }
  }

  #rest(thread: Thread): void {
    const timer = setTimeout(() => this.#endIdle(thread), IDLE_MS).unref();
    this.#idle.push({ thread, timer });
  }

  /** @internal Ends one idle thread so that another pool can have one. */
  yieldIdle(): boolean {
    const idle = this.#idle[0];
    if (idle === undefined) return false;
    void this.#endIdle(idle.thread);
    return true;
  }

  async #endIdle(thread: Thread): Promise<void> {
    const at = this.#idle.findIndex((idle) => idle.thread === thread);
    if (at < 0) return;
    clearTimeout(this.#idle[at]!.timer);
    this.#idle.splice(at, 1);
    await this.#drop(thread);
  }

  /** Workers of other runners in it have their `exit` before it ends. */
  async #drop(thread: Thread): Promise<void> {
    this.#size--;
    if (this.#size === 0) pools.delete(this);
    await thread.leave();
  }
}

/** Grants what can be granted: first to who has least, then to who came first. */
function serve(): void {
  for (;;) {
    const byNeed = [...waiting].sort((a, b) => a.tenant.nLeased - b.tenant.nLeased);
    const served = byNeed.find(({ pool, tenant, grant }) => {
      const thread = pool.provide(tenant);
      if (thread === undefined) return false;
      tenant.nLeased++;
      grant(thread);
      return true;
    });
    if (served === undefined) return;
    waiting.splice(waiting.indexOf(served), 1);
  }
}

function makeRoom(pool: ThreadPool, tenant: Tenant): boolean {
  let inUse = 0;
  for (const { size } of pools) inUse += size;
  cores ??= usableCores();
  const cap = Math.max(Math.floor(THREADS_PER_CORE * cores), tenant.nWanted);
  if (inUse < cap) return true;
  for (const other of pools) if (other !== pool && other.yieldIdle()) return true;
  return false;
}

/** The threads of all runners that ask for nothing special. */
export const sharedThreads: ThreadPool = new ThreadPool();
