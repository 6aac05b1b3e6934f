import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { FromLane, ToLane } from '../protocol/messages.ts';
import type { LaneLink } from './lane-link.ts';

/** What main sends through a thread's port: each message names its lane, for it may come when that is over. */
export interface Addressed {
  readonly lane: number;
  readonly message: ToLane;
}

/** A lane's line to main: the port of its thread, for as long as it runs. */
export class PortLink implements LaneLink {
  readonly isClosed = false;
  readonly #port: MessagePort;
  readonly #lane: number;
  #early: ToLane | undefined;

  /** `lane` is the number by which main addresses this lane. */
  constructor(port: MessagePort, lane: number) {
    this.#port = port;
    this.#lane = lane;
  }

  post(message: FromLane, transfer: readonly ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  take(): ToLane | undefined {
    const early = this.#early;
    if (early !== undefined) {
      this.#early = undefined;
      return early;
    }
    for (;;) {
      const received = receiveMessageOnPort(this.#port) as { readonly message: Addressed } | undefined;
      if (received === undefined) return undefined;
      if (received.message.lane === this.#lane) return received.message.message;
    }
  }

  arrival(): Promise<void> {
    return new Promise((resolve) => {
      const arrived = ({ lane, message }: Addressed) => {
        if (lane !== this.#lane) return;
        // Without a listener the port stands still again, and messages are to be fetched.
        this.#port.off('message', arrived);
        this.#early = message;
        resolve();
      };
      this.#port.on('message', arrived);
    });
  }

  tick(): void {}
}
