import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { FromLane, ToLane } from '../protocol/messages.ts';
import type { LaneLink } from './lane-link.ts';

/** A lane's line to main through a port of its own. */
export class PortLink implements LaneLink {
  readonly #port: MessagePort;
  #early: ToLane | undefined;

  constructor(port: MessagePort) {
    this.#port = port;
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
    return receiveMessageOnPort(this.#port)?.message as ToLane | undefined;
  }

  /** A port that main has closed counts as the end: the lane must not wait for it. */
  arrival(): Promise<void> {
    return new Promise((resolve) => {
      const arrived = (message: ToLane) => {
        this.#port.off('message', arrived);
        this.#port.off('close', closed);
        this.#early = message;
        resolve();
      };
      const closed = () => arrived({ type: 'end' });
      this.#port.on('message', arrived);
      this.#port.once('close', closed);
    });
  }

  tick(): void {}
}
