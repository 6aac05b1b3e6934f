import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { FixedValues } from '../protocol/fixed-values.ts';
import type { FromLane, LaneStart, ToLane } from '../protocol/messages.ts';
import type { WireThrown } from '../protocol/wire-error.ts';
import type { LaneLink } from './lane-link.ts';

/** What main sends through a thread's port. Messages name their lane, for they may come when that is over. */
export type ToThread =
  | {
      readonly type: 'start';
      readonly lane: number;
      readonly start: LaneStart;
      /** Bytes of shared memory that the thread gets to see for the first time. */
      readonly nNewBytes: number;
    }
  | { readonly type: 'message'; readonly lane: number; readonly message: ToLane }
  /** The runner is gone, and its worker goes, once no lane of the runner is there any more. */
  | { readonly type: 'retire'; readonly runnerId: number };

/** What a thread says, most of it for a lane. */
export type FromThread =
  | FromLane
  /** An `exit` begins: it has the thread to itself until it has returned, if only a promise. */
  | { readonly type: 'exiting'; readonly runnerId: number; readonly hasReturned: boolean }
  /** What came of the exits of the worker; nothing if there was no worker, or no `exit`. */
  | {
      readonly type: 'retired';
      readonly runnerId: number;
      readonly exited: FixedValues;
      readonly errors: readonly WireThrown[];
    };

/** A lane's line to main: the port of its thread, for as long as it runs. */
export class PortLink implements LaneLink {
  readonly isClosed = false;
  mustLeave = false;
  readonly #port: MessagePort;
  readonly #lane: number;
  readonly #hear: (message: ToThread) => void;
  readonly #early: ToLane[] = [];
  #wake: (() => void) | undefined;

  /**
   * `lane` is the number by which main addresses this lane. `hear` is the thread's: it gets whatever the lane fetches,
   * as it gets what the event loop brings, and delivers here what is for this lane.
   */
  constructor(port: MessagePort, lane: number, hear: (message: ToThread) => void) {
    this.#port = port;
    this.#lane = lane;
    this.#hear = hear;
  }

  post(message: FromLane, transfer: readonly ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  /** A message to a lane of the thread has come. */
  deliver(message: Extract<ToThread, { type: 'message' }>): void {
    if (message.lane !== this.#lane) return;
    this.#early.push(message.message);
    this.#wake?.();
  }

  leave(): void {
    this.mustLeave = true;
    this.#wake?.();
  }

  /** Does not wait for the event loop: a lane of synchronous jobs never gets there. */
  take(): ToLane | undefined {
    while (this.#early.length === 0) {
      const received = receiveMessageOnPort(this.#port) as { readonly message?: ToThread } | undefined;
      // In a thread that dies there may be messages without anything in them.
      if (received?.message === undefined) return undefined;
      this.#hear(received.message);
    }
    return this.#early.shift();
  }

  arrival(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (this.#early.length > 0 || this.mustLeave) resolve();
    });
  }

  tick(): void {}
}
