import { Pace } from '../protocol/pace.ts';
import type { Lent } from '../protocol/value-walk.ts';

/** How long a batch should take its lane; chosen by benchmarks/batch-time.ts. */
const BATCH_MS = 4;

/** Inputs of consecutive places that went to a lane together. */
export interface Batch {
  /** The how-manieth it is that this lane has got. */
  readonly nth: number;
  readonly first: number;
  readonly size: number;
  /** What its arrays lie in until the lane has them. */
  readonly lent: readonly Lent[];
  /** The input of a place as it was when it entered the batch, where that is kept. */
  readonly fixedAt: ((place: number) => unknown) | undefined;
  unanswered: number;
}

/** What one lane has been given, and has not answered in full. */
export class PostedLane {
  readonly pace: Pace = new Pace(BATCH_MS);
  /** It has been told that nothing more comes. */
  hasEnd = false;
  /** Oldest first. */
  readonly batches: Batch[] = [];

  #nPosted = 0;

  /** Notes a batch that is posted. */
  add(batch: Omit<Batch, 'nth'>): void {
    this.batches.push({ ...batch, nth: this.#nPosted++ });
  }

  /** Forgets a batch that the lane will not run. */
  remove(batch: Batch): void {
    this.batches.splice(this.batches.indexOf(batch), 1);
  }

  /** The batch that holds all of these places. */
  batchOf(start: number, end: number = start + 1): Batch | undefined {
    return this.batches.find(({ first, size }) => first <= start && end <= first + size);
  }

  /** The lane has answered for so many jobs, in the order in which it got them. Returns the batches that are through. */
  answered(nJobs: number): Batch[] {
    let n = nJobs;
    const through: Batch[] = [];
    while (n > 0 && this.batches.length > 0) {
      const batch = this.batches[0]!;
      const counted = Math.min(n, batch.unanswered);
      batch.unanswered -= counted;
      n -= counted;
      if (batch.unanswered === 0) through.push(this.batches.shift()!);
    }
    return through;
  }
}
