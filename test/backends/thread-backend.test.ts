import { availableParallelism } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import type { LaneEnding } from '../../src/backends/backend.ts';
import { type Hosts, ThreadBackend } from '../../src/backends/thread-backend.ts';
import type { ThreadSettings } from '../../src/threads/thread.ts';
import { ThreadPool } from '../../src/threads/thread-pool.ts';
import { until } from '../helpers/until.ts';
import { backendContract, open, type Subject } from './backend-contract.ts';

const shared = new ThreadPool();
const pools = new Set<ThreadPool>();

afterEach(async () => {
  await Promise.all([...pools].map((pool) => pool.close()));
  pools.clear();
});

function reference(name: string): Subject['plan'] {
  const url = new URL('../fixtures/lanes/jobs.mjs', import.meta.url).href;
  return { reference: { type: 'export', url, name, loader: 'import', tsx: false } };
}

function hosts(): Hosts {
  return { runnerId: 1, hasInstances: false, threads: new Set(), retire: async () => {} };
}

function subject(name: string, pool = shared, holders = hosts()): Subject {
  return { backend: new ThreadBackend(pool, 1, holders), plan: reference(name) };
}

function ownPool(settings: ThreadSettings = {}): ThreadPool {
  const pool = new ThreadPool(settings);
  pools.add(pool);
  return pool;
}

backendContract(subject);

describe('the end of a thread', () => {
  type Death = Extract<LaneEnding, { type: 'died' }>;

  async function deathOf(name: string, settings: ThreadSettings = {}): Promise<Death & { place: number }> {
    const pool = ownPool(settings);
    const holders = hosts();
    const { heard, watch } = open(subject(name, pool, holders), 5);
    const ending = (await heard.ending) as Death;
    expect(heard.all.filter((what) => what === 'OVER')).toHaveLength(1);
    expect(heard.all.at(-1)).toBe('OVER');
    expect(ending.type).toBe('died');
    expect(pool.size, 'threads of the pool').toBe(0);
    expect(holders.threads.size, 'threads that may hold a worker').toBe(0);
    return { ...ending, place: watch.current };
  }

  test('by process.exit is told by its code, and after the outcomes that were sent', async () => {
    expect(await deathOf('exiting')).toMatchObject({ exitCode: 3, outOfMemory: false, place: 2 });
  });

  test('by what a timer throws', async () => {
    expect(await deathOf('throwingInTimer')).toMatchObject({
      error: { name: 'TypeError', message: 'from a timer' },
      exitCode: undefined,
      place: 0,
    });
  });

  test('by a rejection that nobody handles', async () => {
    expect(await deathOf('rejectingAloof')).toMatchObject({ error: { message: 'nobody looks' }, place: 0 });
  });

  test('by lack of memory', async () => {
    const settings = { resourceLimits: { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 4 } };
    expect(await deathOf('hoarding', settings)).toMatchObject({ outOfMemory: true, place: 0 });
  });

  test.each(['forever', 'late'])('by being ended in the middle of a job: %s', async (name) => {
    const pool = ownPool();
    const { heard, lane, watch } = open(subject(name, pool), 1e6);
    await until(() => watch.current >= 0);
    lane.kill();
    expect((await heard.ending).type).toBe('died');
    expect(pool.size).toBe(0);
    // Nothing writes any more.
    const { current } = watch;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(watch.current).toBe(current);
  });

  test('before its lane has begun', async () => {
    const pool = ownPool();
    const { heard, lane } = open(subject('double', pool), 5, { onStarted: () => lane.kill() });
    expect((await heard.ending).type).toBe('died');
    expect(pool.size).toBe(0);
  });

  test.each([
    'leavingExit',
    'leavingError',
  ])('while it is idle does not harm the next lane: %s', async (name) => {
    const pool = ownPool();
    const first = open(subject(name, pool), 1);
    expect(await first.heard.ending).toEqual({ type: 'finished' });
    await until(() => pool.size === 0);
    const next = open(subject('double', pool), 3);
    expect(await next.heard.ending).toEqual({ type: 'finished' });
    expect(next.heard.outcomes.size).toBe(3);
  });
});

describe('a lane', () => {
  test('has a thread to itself, and as many run as were asked for', async () => {
    const nLanes = Math.floor(1.5 * availableParallelism()) + 1;
    const pool = ownPool();
    const backend = new ThreadBackend(pool, nLanes, hosts());
    const opened = Array.from({ length: nLanes }, () => open({ backend, plan: reference('forever') }, 1));
    await until(() => opened.every(({ watch }) => watch.current === 0));
    expect(pool.size).toBe(nLanes);
    for (const { lane } of opened) lane.kill();
    for (const { heard } of opened) await heard.ending;
    expect(pool.size).toBe(0);
  });

  test('that is called off while it waits for a thread takes none', async () => {
    const pool = ownPool();
    const backend = new ThreadBackend(pool, 1, hosts());
    const busy = Array.from({ length: 64 }, () => open({ backend, plan: reference('late') }, 20));
    const waiting = busy.at(-1)!;
    waiting.watch.abandon();
    waiting.lane.cancel();
    expect(waiting.heard.all).toEqual(['OVER']);
    for (const { heard } of busy) await heard.ending;
    expect(waiting.heard.all).toEqual(['OVER']);
  });

  test('whose module cannot be loaded is unfit', async () => {
    for (const [url, name] of [
      ['file:///no/such/module.mjs', 'x'],
      [new URL('../fixtures/lanes/jobs.mjs', import.meta.url).href, 'noSuchExport'],
    ] as const) {
      const plan = { reference: { type: 'export', url, name, loader: 'import', tsx: false } } as const;
      const { heard } = open({ backend: new ThreadBackend(shared, 1, hosts()), plan }, 1);
      expect(await heard.ending).toEqual({ type: 'finished' });
      expect(heard.unfit).toMatchObject({ code: 'WORKER_NOT_LOADED' });
    }
  });

  test('for which no thread can be started is told so, and so is the next', async () => {
    const pool = ownPool({ execArgv: ['--no-such-flag'] });
    for (let i = 0; i < 2; i++) {
      const { heard } = open(subject('double', pool), 1);
      expect(await heard.ending).toMatchObject({
        type: 'unstarted',
        error: { code: 'INVALID_OPTION', cause: { code: 'ERR_WORKER_INVALID_EXEC_ARGV' } },
      });
      expect(heard.all).toEqual(['OVER']);
      expect(pool.size).toBe(0);
    }
  });

  test('has the environment that its pool was given, or else that of the process', async () => {
    process.env.PARAJOB_TEST = 'of the process';
    for (const [pool, expected] of [
      [ownPool({ env: { PARAJOB_TEST: 'its own' } }), 'its own'],
      [ownPool(), 'of the process'],
    ] as const) {
      const { heard } = open(subject('environment', pool), 1);
      await heard.ending;
      expect(heard.outcomes.get(0)).toMatchObject({ output: expected });
    }
  });
});
