import { beforeEach, expect, test, vi } from 'vitest';
import type { Hosts } from '../../src/backends/thread-backend.ts';
import { until } from '../helpers/until.ts';
import { open } from './backend-contract.ts';

beforeEach(() => {
  vi.resetModules();
  hosts.threads.clear();
  // Before the library loads: later it would not care.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  return () => vi.useRealTimers();
});

const hosts: Hosts = { runnerId: 1, hasInstances: false, threads: new Set(), retire: async () => {} };

function plan(file: string, name: string) {
  const url = new URL(`../fixtures/lanes/${file}`, import.meta.url).href;
  return { reference: { type: 'export', url, name, loader: 'import', tsx: false } } as const;
}

async function calledOff(file: string, name: string) {
  const { ThreadBackend } = await import('../../src/backends/thread-backend.ts');
  const { ThreadPool } = await import('../../src/threads/thread-pool.ts');
  const pool = new ThreadPool();
  const backend = new ThreadBackend(pool, 1, hosts);
  const runnerId = await new Promise<number>((resolve) => {
    const { lane, watch, start } = open({ backend, plan: plan(file, name) }, 1, {
      onStarted: () => {
        watch.abandon();
        lane.cancel();
        resolve(start.worker.runnerId);
      },
    });
  });
  return { pool, runnerId };
}

test('a lane that is called off while its module loads for ever does not keep its thread', async () => {
  const { pool } = await calledOff('never-loads.mjs', 'any');
  vi.advanceTimersByTime(4_999);
  expect(pool.size).toBe(1);
  vi.advanceTimersByTime(1);
  await until(() => pool.size === 0);
});

test('one that notices in time leaves it to others', async () => {
  const { pool, runnerId } = await calledOff('jobs.mjs', 'double');
  const [thread] = hosts.threads;
  // Its worker goes when the lane is over there.
  await thread!.retire(runnerId);
  await new Promise(setImmediate);
  vi.advanceTimersByTime(9_000);
  expect([thread!.hasEnded, pool.size]).toEqual([false, 1]);
  await pool.close();
});
