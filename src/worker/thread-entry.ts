import type { MessagePort } from 'node:worker_threads';
import { type Liveness, takeSeat } from '../arrays/liveness.ts';
import { countShared } from '../arrays/shared-memory.ts';
import type { LaneStart } from '../protocol/messages.ts';
import { flattenThrown } from '../protocol/wire-error.ts';
import { markThread } from './in-thread.ts';
import { dropWorker, loadWorker } from './load-worker.ts';
import { PortLink } from './port-link.ts';
import { type LaneEnd, runLane } from './run-lane.ts';

/** What main has a thread do. */
export type ThreadTask =
  /** First of all: the port through which lanes of this thread talk to main, and how others know that it is alive. */
  | { readonly type: 'connect'; readonly port: MessagePort; readonly seat: Liveness }
  /** `number` is how messages to the lane are addressed. */
  | { readonly type: 'lane'; readonly number: number; readonly start: LaneStart }
  /** The runner is gone, and its worker goes. */
  | { readonly type: 'retire'; readonly runnerId: number };

let port: MessagePort | undefined;

markThread();

/** Returns what a retired worker's `exit` returned, and nothing else. */
export default async function runTask(task: ThreadTask): Promise<readonly unknown[]> {
  if (task.type === 'retire') return dropWorker(task.runnerId);
  if (task.type === 'connect') {
    port = task.port;
    takeSeat(task.seat);
  } else await runInThread(task.start, new PortLink(port!, task.number));
  return [];
}

async function runInThread(start: LaneStart, link: PortLink): Promise<void> {
  let end: LaneEnd | undefined;
  try {
    const { reference, captured, runnerId, watched } = start.worker;
    const { worker, guard } = await loadWorker(reference!, captured, runnerId, watched);
    end = await runLane(start, worker, link, guard);
  } catch (thrown) {
    link.post({ type: 'unfit', error: flattenThrown(thrown) });
  }
  link.post({ type: 'over', worked: { jobs: 0, milliseconds: 0 }, isWornOut: false, ...end });
  // Behind the last words: nobody waits for it.
  countShared(bytesOf(start));
}

/** Shared memory that the lane has looked at, and that its thread lets go of. */
function bytesOf({ ledger, source, output }: LaneStart): number {
  const read = source.type === 'elements' || source.type === 'rows' ? source.buffer.byteLength : 0;
  return ledger.buffer.byteLength + read + (output?.buffer.byteLength ?? 0);
}
