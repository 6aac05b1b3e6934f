import type { Feed } from '../feeds/feed.ts';
import { LEAST_LOOK_MS, type Seat } from './seat.ts';

const { setTimeout, clearTimeout, performance } = globalThis;

/** Where lanes have run out of work, takes for them what others hold and have not started. */
export class Relief {
  readonly #feed: Feed;
  readonly #seats: readonly Seat[];
  readonly #onTaken: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `onTaken` is called when there may be work again, and nobody has asked. */
  constructor(feed: Feed, seats: readonly Seat[], onTaken: () => void) {
    this.#feed = feed;
    this.#seats = seats;
    this.#onTaken = onTaken;
  }

  /** Takes what can be had at once, and asks for the rest: what comes of that shows a little later. */
  look(haveWaited = false): void {
    clearTimeout(this.#timer);
    const areAllBusy = this.#seats.every(({ open }) => open !== undefined);
    if (areAllBusy || this.#feed.wanted > 0) return;
    const now = performance.now();
    const holding = this.#seats.filter(
      ({ lane, open, hasStarted, watch }) =>
        open !== undefined && hasStarted && this.#feed.holdsMore(lane, watch),
    );
    for (const seat of holding) if (!seat.relieve(now, this.#feed, haveWaited)) seat.ask(now);
    if (holding.length === 0) return;
    this.#timer = setTimeout(() => {
      this.look(true);
      this.#onTaken();
    }, LEAST_LOOK_MS).unref();
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
