import type { MessagePort } from 'node:worker_threads';
import type { LaneStart } from '../protocol/messages.ts';
import { flattenThrown } from '../protocol/wire-error.ts';
import { dropInstance } from './bind-worker.ts';
import { markThread } from './in-thread.ts';
import { loadWorker } from './load-worker.ts';
import { PortLink } from './port-link.ts';
import { runLane } from './run-lane.ts';

/** What main has a thread do. */
export type ThreadTask =
  /** First of all: the port through which lanes of this thread talk to main. */
  | { readonly type: 'connect'; readonly port: MessagePort }
  /** `number` is how messages to the lane are addressed. */
  | { readonly type: 'lane'; readonly number: number; readonly start: LaneStart }
  /** The runner is gone, and its worker goes. */
  | { readonly type: 'retire'; readonly runnerId: number };

let port: MessagePort | undefined;

markThread();

export default async function runTask(task: ThreadTask): Promise<void> {
  if (task.type === 'connect') port = task.port;
  else if (task.type === 'retire') await dropInstance(task.runnerId);
  else await runInThread(task.start, new PortLink(port!, task.number));
}

async function runInThread(start: LaneStart, link: PortLink): Promise<void> {
  try {
    const worker = await loadWorker(start.worker.reference!);
    await runLane(start, worker, link);
  } catch (thrown) {
    link.post({ type: 'unfit', error: flattenThrown(thrown) });
  }
  link.post({ type: 'over' });
}
