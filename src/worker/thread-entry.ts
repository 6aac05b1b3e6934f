import type { MessagePort } from 'node:worker_threads';
import type { LaneStart } from '../protocol/messages.ts';
import { flattenThrown } from '../protocol/wire-error.ts';
import { dropInstance } from './bind-worker.ts';
import { markThread } from './in-thread.ts';
import { loadWorker } from './load-worker.ts';
import { PortLink } from './port-link.ts';
import { runLane } from './run-lane.ts';

/** What main has a thread do. */
export type ThreadTask = LaneTask | { readonly type: 'retire'; readonly runnerId: number };

export interface LaneTask {
  readonly type: 'lane';
  readonly start: LaneStart;
  readonly port: MessagePort;
}

markThread();

export default function runTask(task: ThreadTask): Promise<void> {
  return task.type === 'lane' ? runLaneTask(task) : dropInstance(task.runnerId);
}

/** Closing the port is what tells main that the lane is over. */
async function runLaneTask({ start, port }: LaneTask): Promise<void> {
  const link = new PortLink(port);
  try {
    const worker = await loadWorker(start.worker.reference!);
    await runLane(start, worker, link);
  } catch (thrown) {
    link.post({ type: 'unfit', error: flattenThrown(thrown) });
  } finally {
    port.close();
  }
}
