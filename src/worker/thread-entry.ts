import type { MessagePort } from 'node:worker_threads';
import { type Liveness, takeSeat } from '../arrays/liveness.ts';
import { countShared } from '../arrays/shared-memory.ts';
import { fixExits } from '../protocol/exits.ts';
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

/**
 * An `exit` waits so long for the lane of another runner, which ends behind its job, to be out of the way: what it
 * does to the thread is then nobody else's. A job that waits for longer must not hold up who closes a runner.
 */
const PATIENCE_MS = 1000;

type Start = Extract<ToThread, { type: 'start' }>;

const { setTimeout, clearTimeout, setImmediate } = globalThis;

markThread();

/** The one task of piscina that a thread gets: from here on, everything goes through the port. */
export default function connect({ port, seat }: ThreadStart): void {
  takeSeat(seat);
  let link: PortLink | undefined;
  let lane: LaneHere | undefined;
  const hear = (message: ToThread): void => {
    switch (message.type) {
      case 'start':
        link = new PortLink(port, message.lane, hear);
        lane = { runnerId: message.start.worker.runnerId, link, over: runInThread(message, link) };
        break;
      case 'message':
        link?.deliver(message);
        break;
      case 'retire':
        void retire(message.runnerId, port, lane);
    }
  };
  port.on('message', hear);
}

interface LaneHere {
  readonly runnerId: number;
  readonly link: PortLink;
  readonly over: Promise<void>;
}

async function retire(runnerId: number, port: MessagePort, lane: LaneHere | undefined): Promise<void> {
  if (lane?.runnerId === runnerId) await lane.over;
  else if (lane !== undefined) {
    lane.link.leave();
    await within(PATIENCE_MS, lane.over);
  }
  const tell = (message: FromThread) => port.postMessage(message);
  tell({ type: 'exiting', runnerId, hasReturned: false });
  const dropped = dropWorker(runnerId);
  tell({ type: 'exiting', runnerId, hasReturned: true });
  const { fixed, errors } = fixExits(await dropped);
  tell({ type: 'retired', runnerId, exited: fixed, errors: errors.map(flattenThrown) });
}

async function within(milliseconds: number, promise: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds).unref();
  });
  await Promise.race([promise, limit]);
  clearTimeout(timer);
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
  // Behind the last words: nobody waits for it. The thread lets go of what the lane has looked at, in a turn of its own,
  // as what is still on the stack cannot be collected.
  setImmediate(countShared, nNewBytes);
}
