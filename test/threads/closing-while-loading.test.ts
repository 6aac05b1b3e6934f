import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NO_EXITS } from '../../src/protocol/exits.ts';
import type { LaneStart } from '../../src/protocol/messages.ts';
import type { Thread } from '../../src/threads/thread.ts';
import { startLane, workerPlan } from '../worker/lane-probe.ts';

const PATIENCE_MS = 100;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  vi.resetModules();
});
afterEach(() => {
  vi.useRealTimers();
});

function lane(name: string, ...args: readonly unknown[]): LaneStart {
  const url = new URL('../fixtures/lanes/jobs.mjs', import.meta.url).href;
  const reference = { type: 'export', url, name, loader: 'import', tsx: false } as const;
  return startLane(1, { worker: workerPlan({ reference, args }) }).start;
}

async function startThread(): Promise<Thread> {
  const { Thread } = await import('../../src/threads/thread.ts');
  return Thread.start({}, { gone: () => {}, free: () => {} });
}

test('a worker that does not get ready costs the thread of a runner that is closed at once', async () => {
  const thread = await startThread();
  const start = lane('Gated', new Int32Array(new SharedArrayBuffer(4)));
  const { over } = thread.runLane(start, () => {});
  const retired = thread.retire(start.worker.runnerId, PATIENCE_MS);
  await vi.advanceTimersByTimeAsync(PATIENCE_MS - 1);
  expect(thread.hasEnded).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(thread.hasEnded).toBe(true);
  expect(await retired).toEqual(NO_EXITS);
  expect(await over).toMatchObject({ type: 'died' });
});

test('it costs nothing where that lane is over by then, and another has come', async () => {
  const thread = await startThread();
  const start = lane('double');
  const first = thread.runLane(start, () => {});
  const retired = thread.retire(start.worker.runnerId, PATIENCE_MS);
  await first.over;
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const second = thread.runLane(lane('Gated', gate), () => {});
  await vi.advanceTimersByTimeAsync(PATIENCE_MS);
  expect(thread.hasEnded).toBe(false);
  Atomics.store(gate, 0, 1);
  Atomics.notify(gate, 0);
  expect(await retired).toEqual(NO_EXITS);
  expect(await second.over).toMatchObject({ type: 'finished' });
  await thread.end();
});
