import { getHeapStatistics } from 'node:v8';
import type { WearLimits } from '../protocol/messages.ts';
import { countJobs } from './bind-worker.ts';

/** How much a runner's worker in this thread has been used, against its limits. */
export class Wear {
  readonly #runnerId: number;
  readonly #heapBytes: number;
  #jobsLeft: number;
  #isHeavy = false;

  constructor(limits: WearLimits | undefined, runnerId: number) {
    this.#runnerId = runnerId;
    this.#heapBytes = limits?.heapBytes ?? Number.POSITIVE_INFINITY;
    // Without a limit there is nothing to count, and every runner that ever was would be remembered.
    this.#jobsLeft =
      limits?.jobs === undefined ? Number.POSITIVE_INFINITY : limits.jobs - countJobs(runnerId, 0);
  }

  get jobsLeft(): number {
    return this.#jobsLeft;
  }

  get isOut(): boolean {
    return this.#isHeavy || this.#jobsLeft <= 0;
  }

  count(jobs: number): void {
    if (this.#jobsLeft === Number.POSITIVE_INFINITY) return;
    this.#jobsLeft -= jobs;
    countJobs(this.#runnerId, jobs);
  }

  /** Looks at the heap. Takes some microseconds. */
  look(): void {
    if (this.#heapBytes === Number.POSITIVE_INFINITY) return;
    this.#isHeavy ||= getHeapStatistics().used_heap_size > this.#heapBytes;
  }
}
