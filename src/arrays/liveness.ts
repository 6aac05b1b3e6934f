/**
 * Which threads are alive, in memory that all of them see: a lock whose holder has ended must not be waited for.
 *
 * The thread that starts others gives each a number, `generation * SEATS + seat`, and clears the seat when the
 * thread has really ended. A seat is used again, a number is not.
 */
const SEATS = 1024;
/** Behind the seats, the latest generation: every copy of the package counts on from it. */
const GENERATION: number = SEATS;
/** Numbers stay below 2^29: a lock keeps two flags above them. */
const GENERATIONS = 2 ** 19 - 1;
/** The number of the thread that starts the others. While any of them runs, it does. */
const STARTER: number = SEATS;

/** What a thread knows about itself and the others. */
export interface Liveness {
  readonly seats: Int32Array<SharedArrayBuffer>;
  /** This thread's number; 0 if there was no seat left. */
  readonly self: number;
}

// By symbol: several copies of the package in one thread have to agree on who it is.
const KEY: unique symbol = Symbol.for('parajob.liveness') as never;
const realm = globalThis as { [KEY]?: Liveness };

export function liveness(): Liveness {
  realm[KEY] ??= founded();
  return realm[KEY];
}

function founded(): Liveness {
  const seats = new Int32Array(new SharedArrayBuffer((SEATS + 1) * Int32Array.BYTES_PER_ELEMENT));
  seats[0] = STARTER;
  return { seats, self: STARTER };
}

/** What a new thread is to be told. */
export function seatThread(): Liveness {
  const { seats } = liveness();
  const seat = seats.subarray(0, SEATS).indexOf(0);
  if (seat < 0) return { seats, self: 0 };
  const generation = (Atomics.load(seats, GENERATION) % (GENERATIONS - 1)) + 1;
  Atomics.store(seats, GENERATION, generation);
  // The first is that of the starter.
  const self = (generation + 1) * SEATS + seat;
  Atomics.store(seats, seat, self);
  return { seats, self };
}

/** Says in a new thread what it was told. */
export function takeSeat(told: Liveness): void {
  realm[KEY] = told;
}

/** Says that a thread has ended. */
export function vacateSeat({ seats, self }: Liveness): void {
  Atomics.compareExchange(seats, self % SEATS, self, 0);
}

export function isAlive({ seats }: Liveness, thread: number): boolean {
  return Atomics.load(seats, thread % SEATS) === thread;
}

/** Whether this thread was started by one of ours, and may stand still while it waits. */
export function mayBlock({ self }: Liveness): boolean {
  return self !== STARTER;
}
