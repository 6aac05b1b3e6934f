import { execFile } from 'node:child_process';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Thread } from '../../src/threads/thread.ts';
import type { Application, Tenant, ThreadPool } from '../../src/threads/thread-pool.ts';
import { until } from '../helpers/until.ts';

// Three threads in all.
vi.mock('../../src/cores.ts', () => ({ usableCores: () => 2 }));

let Pool: typeof ThreadPool;
const pools: ThreadPool[] = [];
const leased = new Map<Thread, [ThreadPool, Tenant]>();

beforeEach(async () => {
  vi.resetModules();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  ({ ThreadPool: Pool } = await import('../../src/threads/thread-pool.ts'));
});

afterEach(async () => {
  vi.useRealTimers();
  for (const [thread, [pool, tenant]] of leased) pool.giveBack(thread, tenant);
  leased.clear();
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

function pool(): ThreadPool {
  const made = new Pool();
  pools.push(made);
  return made;
}

function tenant(nWanted = 1): Tenant {
  return { nLeased: 0, nWanted };
}

async function lease(from: ThreadPool, who: Tenant): Promise<Thread> {
  const thread = await from.apply(who).thread;
  leased.set(thread, [from, who]);
  return thread;
}

function giveBack(thread: Thread): void {
  const [from, who] = leased.get(thread)!;
  leased.delete(thread);
  from.giveBack(thread, who);
}

/** Applies, and keeps what comes of it. */
function wait(
  from: ThreadPool,
  who: Tenant,
): { readonly application: Application; thread: Thread | undefined } {
  const waiting: ReturnType<typeof wait> = { application: from.apply(who), thread: undefined };
  void waiting.application.thread.then((thread) => {
    leased.set(thread, [from, who]);
    waiting.thread = thread;
  });
  return waiting;
}

describe('a tenant', () => {
  test('gets a thread that has been used before, if one is idle', async () => {
    const shared = pool();
    const thread = await lease(shared, tenant());
    giveBack(thread);
    expect(await lease(shared, tenant())).toBe(thread);
    expect(shared.size).toBe(1);
  });

  test('never gets one that has ended', async () => {
    const shared = pool();
    const thread = await lease(shared, tenant());
    await thread.end();
    giveBack(thread);
    expect(shared.size).toBe(0);
    const next = await lease(shared, tenant());
    expect(next).not.toBe(thread);
    expect(next.hasEnded).toBe(false);
  });

  test('counts what it has', async () => {
    const shared = pool();
    const who = tenant(2);
    const threads = [await lease(shared, who), await lease(shared, who)];
    expect(who.nLeased).toBe(2);
    for (const thread of threads) giveBack(thread);
    expect(who.nLeased).toBe(0);
  });
});

describe('the process has so many threads in all', () => {
  test('and who comes then waits, in whichever pool', async () => {
    const [one, other] = [pool(), pool()];
    const first = await lease(one, tenant());
    await lease(one, tenant());
    await lease(other, tenant());
    const waiting = wait(other, tenant());
    await setImmediate();
    expect(waiting.thread).toBe(undefined);
    giveBack(first);
    await until(() => waiting.thread !== undefined);
    expect([one.size, other.size]).toEqual([1, 2]);
    expect(first.hasEnded, 'the idle thread of the other pool').toBe(true);
  });

  test('but no fewer than somebody asks for by name', async () => {
    const shared = pool();
    const who = tenant(5);
    for (let n = 0; n < 5; n++) await lease(shared, who);
    expect(shared.size).toBe(5);
    const waiting = wait(shared, tenant());
    await setImmediate();
    expect(waiting.thread).toBe(undefined);
  });

  test('and who has none comes first, then who came first', async () => {
    const shared = pool();
    const [rich, poor, late] = [tenant(3), tenant(), tenant()];
    const threads = [await lease(shared, rich), await lease(shared, rich), await lease(shared, rich)];
    const waiting = { rich: wait(shared, rich), poor: wait(shared, poor), late: wait(shared, late) };
    const served = () => Object.entries(waiting).flatMap(([who, { thread }]) => (thread ? [who] : []));
    giveBack(threads[0]!);
    await until(() => served().length === 1);
    expect(served()).toEqual(['poor']);
    giveBack(threads[1]!);
    await until(() => served().length === 2);
    expect(served()).toEqual(['poor', 'late']);
    giveBack(threads[2]!);
    await until(() => served().length === 3);
  });

  test('and who has withdrawn is passed over', async () => {
    const shared = pool();
    const threads = [
      await lease(shared, tenant()),
      await lease(shared, tenant()),
      await lease(shared, tenant()),
    ];
    const [gone, next] = [wait(shared, tenant()), wait(shared, tenant())];
    gone.application.withdraw();
    gone.application.withdraw();
    giveBack(threads[0]!);
    await until(() => next.thread !== undefined);
    expect(gone.thread).toBe(undefined);
  });
});

describe('an idle thread', () => {
  test('ends after some seconds, and its pool forgets it', async () => {
    const shared = pool();
    const thread = await lease(shared, tenant());
    giveBack(thread);
    vi.advanceTimersByTime(9_999);
    expect([shared.size, thread.hasEnded]).toEqual([1, false]);
    vi.advanceTimersByTime(1);
    expect([shared.size, thread.hasEnded]).toEqual([0, true]);
  });

  test('does not end in the hands of its next tenant', async () => {
    const shared = pool();
    const thread = await lease(shared, tenant());
    giveBack(thread);
    vi.advanceTimersByTime(9_000);
    expect(await lease(shared, tenant())).toBe(thread);
    vi.advanceTimersByTime(100_000);
    expect(thread.hasEnded).toBe(false);
  });

  test('does not keep the process alive', async () => {
    const script = fileURLToPath(new URL('../fixtures/lanes/idle-thread.mjs', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [script]);
    expect(stdout).toBe('threads: 1\n');
  });
});

describe('closing a pool', () => {
  test('ends its idle threads', async () => {
    const own = pool();
    const thread = await lease(own, tenant());
    giveBack(thread);
    await own.close();
    expect([own.size, thread.hasEnded]).toEqual([0, true]);
  });

  test('ends threads that are leased when they come back', async () => {
    const own = pool();
    const thread = await lease(own, tenant());
    await own.close();
    expect(thread.hasEnded).toBe(false);
    giveBack(thread);
    expect([own.size, thread.hasEnded]).toEqual([0, true]);
  });
});
