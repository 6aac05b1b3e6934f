import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { failureOf } from '../helpers/failure-of.ts';
import { startLane, workerPlan } from '../worker/lane-probe.ts';

const LIMIT_MS = 10_000;

function plan(name: string, ...args: readonly unknown[]): ReturnType<typeof workerPlan> {
  const url = new URL('../fixtures/lanes/jobs.mjs', import.meta.url).href;
  return workerPlan({ reference: { type: 'export', url, name, loader: 'import', tsx: false }, args });
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  vi.resetModules();
});
afterEach(() => {
  vi.useRealTimers();
});

test('an exit that does not end costs no lane that has come to its thread: its time begins anew behind it', async () => {
  const { Thread } = await import('../../src/threads/thread.ts');
  const thread = Thread.start({}, { gone: () => {}, free: () => {} });
  const first = startLane(1, { worker: plan('Lingering') });
  await thread.runLane(first.start, () => {}).over;
  const retired = failureOf(thread.retire(first.start.worker.runnerId));

  const gate = new Int32Array(new SharedArrayBuffer(4));
  const lane = thread.runLane(startLane(1, { worker: plan('Gated', gate) }).start, () => {});
  await vi.advanceTimersByTimeAsync(2 * LIMIT_MS);
  expect(thread.hasEnded).toBe(false);

  Atomics.store(gate, 0, 1);
  Atomics.notify(gate, 0);
  expect(await lane.over).toMatchObject({ type: 'finished' });
  await vi.advanceTimersByTimeAsync(LIMIT_MS);
  expect(await retired).toMatchObject({ code: 'EXIT_TIMEOUT' });
  expect(thread.hasEnded).toBe(true);
});
