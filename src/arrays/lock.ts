import { types } from 'node:util';
import { JobRunnerError } from '../errors.ts';
import { isAlive, type Liveness, liveness, mayBlock } from './liveness.ts';

const { setTimeout, clearTimeout } = globalThis;

// Words of the lock's memory. Tickets count on, and wrap around at 2^32.
/** The ticket that the next to come will take. */
const NEXT = 0;
/** The ticket whose turn it is. */
const SERVING = 1;
/** 1 when a thread has ended while it held the lock. */
const IS_BROKEN = 2;
/** Two words that no other lock has. */
const ID = 3;
/** Where the slots of the tickets start. Each holds its ticket's owner, or for which lap of the ring it is free. */
const SLOTS = 16;
/** Slots, and so tickets at a time; a thread takes one. */
const RING = 256;

// Flags beside the number of an owner.
/** It may be its turn. */
const CALLED: number = 2 ** 29;
/** It is inside. */
const INSIDE: number = 2 ** 30;
const OWNER: number = CALLED - 1;

/** How often one who waits looks whether the thread that it waits for is still alive. */
const LOOK_MS = 100;

/** Who of this thread waits for which lock, last first: one ticket a thread and lock. */
const queues = new Map<number, Promise<void>>();
let nMade = 0;

/**
 * Lets one thread at a time at an array, in the order of their coming. Every {@link SharedArray} has one, which goes
 * wherever the array goes and is that of its slices too. It keeps nobody out who does not ask.
 *
 * A thread that ends while it holds the lock leaves the array half-written, so the lock stays broken: everyone who
 * waits or comes later gets `LOCK_HOLDER_DIED`.
 *
 * @example
 * totals.lock.withLockSync(() => {
 *   for (let i = 0; i < totals.size; i++) totals.data[i] += part[i];
 * });
 */
export interface Lock {
  /** @internal */
  readonly memory: SharedArrayBuffer;

  /**
   * Runs `fn` when it is its turn, and resolves to what it returns. Waits without holding up the thread, and goes
   * on when a promise that `fn` returns has settled. Whatever `fn` throws, the lock is released.
   *
   * Not to be used inside `fn`, which would wait for itself.
   *
   * @throws JobRunnerError `LOCK_HOLDER_DIED` if a thread has ended while it held the lock.
   *
   * @example
   * await histogram.lock.withLock(() => save(histogram));
   */
  withLock<T>(fn: () => T | PromiseLike<T>): Promise<Awaited<T>>;

  /**
   * Runs `fn` when it is its turn, and returns what it returns; a worker's thread stands still meanwhile. The
   * thread that started the workers must not, so there it is an error if the lock is taken. Whatever `fn` throws,
   * the lock is released. What an async `fn` does after its first `await` is not under the lock: for that there is
   * {@link withLock}.
   *
   * @throws JobRunnerError `LOCK_HOLDER_DIED` if a thread has ended while it held the lock; `LOCK_TAKEN` if this
   * thread has, or waits for, the lock already, or must not wait.
   *
   * @example
   * totals.lock.withLockSync(() => { totals.data[0] += sum; totals.data[1] += 1; });
   */
  withLockSync<T>(fn: () => T): T;
}

/** A lock over memory that came from another thread; without memory, a new one. */
export function createLock(memory?: SharedArrayBuffer): Lock {
  return new TicketLock(memory);
}

/** Whether this is a lock, be it of another copy of the package. */
export function isLock(value: unknown): value is Lock {
  const { memory, withLock, withLockSync } = (value ?? {}) as Partial<Lock>;
  return (
    types.isSharedArrayBuffer(memory) && typeof withLock === 'function' && typeof withLockSync === 'function'
  );
}

class TicketLock implements Lock {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #id: number;

  constructor(memory?: SharedArrayBuffer) {
    const words = new Int32Array(
      memory ?? new SharedArrayBuffer((SLOTS + RING) * Int32Array.BYTES_PER_ELEMENT),
    );
    if (memory === undefined) words.set([nMade++ % 2 ** 24, liveness().self], ID);
    this.memory = words.buffer;
    this.#words = words;
    this.#id = words[ID]! + words[ID + 1]! * 2 ** 24;
  }

  async withLock<T>(fn: () => T | PromiseLike<T>): Promise<Awaited<T>> {
    const ahead = queues.get(this.#id);
    let leave!: () => void;
    const own = new Promise<void>((resolve) => {
      leave = resolve;
    });
    queues.set(this.#id, own);
    try {
      if (ahead !== undefined) await ahead;
      const who = identify();
      const ticket = this.#take(who);
      if (!this.#isTurn(ticket, who)) await this.#turn(ticket, who);
      this.#enter(ticket, who);
      try {
        return await fn();
      } finally {
        this.#leave(ticket);
      }
    } finally {
      if (queues.get(this.#id) === own) queues.delete(this.#id);
      leave();
    }
  }

  withLockSync<T>(fn: () => T): T {
    const who = identify();
    this.#refuseToWait(who);
    const ticket = this.#take(who);
    while (!this.#isTurn(ticket, who)) Atomics.wait(this.#words, slotOf(ticket), who.self, LOOK_MS);
    this.#enter(ticket, who);
    try {
      return fn();
    } finally {
      this.#leave(ticket);
    }
  }

  #refuseToWait(who: Liveness): void {
    const words = this.#words;
    const serving = Atomics.load(words, SERVING);
    const holder = Atomics.load(words, slotOf(serving));
    const isTaken = Atomics.load(words, NEXT) !== serving;
    if (queues.has(this.#id) || (isTaken && holder > 0 && (holder & OWNER) === who.self)) {
      throw new JobRunnerError(
        'LOCK_TAKEN',
        'this thread has the lock, or waits for it, already: it would wait for itself',
      );
    }
    if (!isTaken || mayBlock(who)) return;
    this.#tend(who);
    this.#refuseIfBroken();
    if (Atomics.load(words, NEXT) === Atomics.load(words, SERVING)) return;
    throw new JobRunnerError(
      'LOCK_TAKEN',
      'another thread has the lock, and this thread must not stand still: use `await lock.withLock(fn)` here',
    );
  }

  /** A ticket, of which the slot says who has it: in one step, so that nobody's end can leave it without an owner. */
  #take(who: Liveness): number {
    const words = this.#words;
    for (;;) {
      this.#refuseIfBroken();
      // Read before the slot: if the ring is not full now, the slot cannot be that of a ticket of the last lap.
      const serving = Atomics.load(words, SERVING);
      const ticket = Atomics.load(words, NEXT);
      if (((ticket - serving) | 0) >= RING) {
        this.#tend(who);
        continue;
      }
      const free = freeFor(ticket);
      const found = Atomics.compareExchange(words, slotOf(ticket), free, who.self);
      // Whoever sees the ticket taken moves the counter on: its owner may have ended before it could.
      Atomics.compareExchange(words, NEXT, ticket, (ticket + 1) | 0);
      if (found === free) return ticket;
    }
  }

  /** Whether the ticket's turn has come, after looking after those ahead. */
  #isTurn(ticket: number, who: Liveness): boolean {
    const words = this.#words;
    if (Atomics.load(words, SERVING) === ticket) return true;
    // Takes back a call that was meant for another lap, so that there is something to wait for.
    Atomics.compareExchange(words, slotOf(ticket), who.self | CALLED, who.self);
    this.#tend(who);
    this.#refuseIfBroken();
    return Atomics.load(words, SERVING) === ticket;
  }

  async #turn(ticket: number, who: Liveness): Promise<void> {
    // One waiter in the engine's list for all the looks.
    let change: Promise<unknown> | undefined;
    while (!this.#isTurn(ticket, who)) {
      if (change === undefined) {
        const { async: isAsync, value } = waitAsync(this.#words, slotOf(ticket), who.self);
        if (!isAsync) continue;
        change = Promise.resolve(value).then(() => {
          change = undefined;
        });
      }
      await atMost(LOOK_MS, change);
    }
  }

  #enter(ticket: number, { self }: Liveness): void {
    Atomics.store(this.#words, slotOf(ticket), self | INSIDE);
  }

  #leave(ticket: number): void {
    Atomics.store(this.#words, slotOf(ticket), freeFor(ticket + RING));
    this.#pass(ticket);
  }

  /** Ends the turn of a ticket, and calls the next. Any thread may do so, more than once. */
  #pass(ticket: number): void {
    const words = this.#words;
    const next = (ticket + 1) | 0;
    Atomics.compareExchange(words, SERVING, ticket, next);
    const owner = Atomics.load(words, slotOf(next));
    if (owner <= 0 || owner > OWNER) return;
    if (Atomics.compareExchange(words, slotOf(next), owner, owner | CALLED) === owner) {
      Atomics.notify(words, slotOf(next), 1);
    }
  }

  /** Looks after a turn whose owner has ended. */
  #tend(who: Liveness): void {
    const words = this.#words;
    const serving = Atomics.load(words, SERVING);
    const slot = slotOf(serving);
    const owner = Atomics.load(words, slot);
    const done = freeFor(serving + RING);
    if (owner === done) this.#pass(serving);
    else if (owner > 0 && !isAlive(who, owner & OWNER)) {
      if (owner & INSIDE) Atomics.store(words, IS_BROKEN, 1);
      else if (Atomics.compareExchange(words, slot, owner, done) === owner) this.#pass(serving);
    }
  }

  #refuseIfBroken(): void {
    if (Atomics.load(this.#words, IS_BROKEN) === 0) return;
    throw new JobRunnerError(
      'LOCK_HOLDER_DIED',
      'a thread ended while it held the lock of this array, which may be half-written; its copy has a lock of its own',
    );
  }
}

function identify(): Liveness {
  const who = liveness();
  if (who.self !== 0) return who;
  throw new JobRunnerError('LOCK_TAKEN', 'too many threads are running for this one to take part in locks');
}

function slotOf(ticket: number): number {
  return SLOTS + (ticket & (RING - 1));
}

/** What a slot holds when nobody has taken the ticket yet: never a number that an owner has. */
function freeFor(ticket: number): number {
  return -(ticket >>> 8) | 0;
}

function atMost(milliseconds: number, promise: Promise<unknown>): Promise<void> {
  // The timer also holds the process, which a waiter of the engine's does not.
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    void promise.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** In the engine since Node 16, in TypeScript's library since es2024. */
const { waitAsync } = Atomics as unknown as {
  waitAsync(
    words: Int32Array,
    index: number,
    value: number,
  ): { readonly async: boolean; readonly value: PromiseLike<string> | string };
};
