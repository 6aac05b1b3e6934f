import type { MessagePort } from 'node:worker_threads';
import { type Liveness, takeSeat } from '../arrays/liveness.ts';
import { countShared } from '../arrays/shared-memory.ts';
import { fixAll } from '../protocol/fixed-values.ts';
import { flattenThrown } from '../protocol/wire-error.ts';
import { markThread } from './in-thread.ts';
import { dropWorker, loadWorker } from './load-worker.ts';
import { type FromThread, PortLink, type ToThread } from './port-link.ts';
import { type LaneEnd, runLane } from './run-lane.ts';

/** The port through which a thread talks to main, and how others know that it is alive. */
export interface ThreadStart {
  readonly port: MessagePort;
  readonly seat: Liveness;
}

type Start = Extract<ToThread, { type: 'start' }>;

markThread();

/** The one task of piscina that a thread gets: from here on, everything goes through the port. */
export default function connect({ port, seat }: ThreadStart): void {
  takeSeat(seat);
  let link: PortLink | undefined;
  let lane: { readonly runnerId: number; readonly over: Promise<void> } | undefined;
  const hear = (message: ToThread): void => {
    switch (message.type) {
      case 'start':
        link = new PortLink(port, message.lane, hear);
        lane = { runnerId: message.start.worker.runnerId, over: runInThread(message, link) };
        break;
      case 'message':
        link?.deliver(message);
        break;
      case 'retire':
        void retire(message.runnerId, port, lane?.runnerId === message.runnerId ? lane.over : undefined);
    }
  };
  port.on('message', hear);
}

async function retire(runnerId: number, port: MessagePort, lane: Promise<void> | undefined): Promise<void> {
  await lane;
  let answer: FromThread;
  try {
    answer = { type: 'retired', runnerId, exited: fixAll(await dropWorker(runnerId), 'exit').fixed };
  } catch (thrown) {
    answer = { type: 'unretired', runnerId, error: flattenThrown(thrown) };
  }
  port.postMessage(answer);
}

async function runInThread({ start, nNewBytes }: Start, link: PortLink): Promise<void> {
  let end: LaneEnd | undefined;
  try {
    const { reference, captured, runnerId, watched } = start.worker;
    const { worker, guard } = await loadWorker(reference!, captured, runnerId, watched);
    end = await runLane(start, worker, link, guard);
  } catch (thrown) {
    link.post({ type: 'unfit', error: flattenThrown(thrown) });
  }
  link.post({ type: 'over', worked: { jobs: 0, milliseconds: 0 }, isWornOut: false, ...end });
  // Behind the last words: nobody waits for it. The thread lets go of what the lane has looked at.
  countShared(nNewBytes);
}
