const GONE = Symbol('gone');
const NOBODY = -1;

/**
 * Inputs of places that have no outcome yet, and which lane each is with. Places come in order and go nearly so:
 * lists that move along are several times cheaper than a Map (benchmarks/object-jobs.ts).
 */
export class HeldInputs {
  #inputs: unknown[] = [];
  #lanes: number[] = [];
  /** The place of the first slot, and how many slots from there on are gone. */
  #base = 0;
  #nGone = 0;
  /** Places that are tried again. */
  readonly #back = new Map<number, { readonly input: unknown; lane: number }>();

  /** Adds the input of the next place. */
  push(input: unknown): void {
    this.#inputs.push(input);
    this.#lanes.push(NOBODY);
  }

  /** Adds a place that was deleted. */
  putBack(place: number, input: unknown): void {
    this.#back.set(place, { input, lane: NOBODY });
  }

  has(place: number): boolean {
    return this.#holds(place) || this.#back.has(place);
  }

  get(place: number): unknown {
    return this.#holds(place) ? this.#inputs[place - this.#base] : this.#back.get(place)?.input;
  }

  /** Whether the place is for this lane to do, and for no other. */
  isWith(lane: number, place: number): boolean {
    const its = this.#holds(place) ? this.#lanes[place - this.#base] : this.#back.get(place)?.lane;
    return its === lane;
  }

  /** `lane` is undefined for a place that any lane may have. */
  give(place: number, lane: number = NOBODY): void {
    const back = this.#back.get(place);
    if (this.#holds(place)) this.#lanes[place - this.#base] = lane;
    else if (back !== undefined) back.lane = lane;
  }

  delete(place: number): void {
    if (this.#back.size > 0) this.#back.delete(place);
    if (!this.#holds(place)) return;
    const inputs = this.#inputs;
    inputs[place - this.#base] = GONE;
    while (inputs[this.#nGone] === GONE) this.#nGone++;
    // To move what is left pays once there is as much to forget.
    if (this.#nGone * 2 < inputs.length) return;
    inputs.splice(0, this.#nGone);
    this.#lanes.splice(0, this.#nGone);
    this.#base += this.#nGone;
    this.#nGone = 0;
  }

  #holds(place: number): boolean {
    const slot = place - this.#base;
    return slot >= 0 && slot < this.#inputs.length && this.#inputs[slot] !== GONE;
  }
}
