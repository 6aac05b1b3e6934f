import { setTimeout as delay } from 'node:timers/promises';
import { JobRunner, partial, SharedArray } from 'parajob';
import { describe, expect, it } from 'vitest';
import { failureOf, jobErrorOf } from '../helpers/failure-of.ts';
import { whereJobsRun } from '../helpers/where-jobs-run.ts';

type Counts = SharedArray<'int32'>;

/** Not in one step, so that without a lock additions are lost. */
function addSlowly(times: number, counts: Counts): void {
  for (let i = 0; i < times; i++) {
    counts.lock.withLockSync(() => {
      const before = counts.data[0]!;
      for (let j = 0; j < 50; j++) counts.data[1] = j;
      counts.data[0] = before + 1;
    });
  }
}

const addPatiently = async (times: number, counts: Counts): Promise<void> => {
  for (let i = 0; i < times; i++) {
    await counts.lock.withLock(async () => {
      const before = counts.data[0]!;
      await null;
      counts.data[0] = before + 1;
    });
  }
};

/** Takes the lock, says so, and waits to be told to go on. */
const hold = (_: number, counts: Counts, flags: Counts): void => {
  counts.lock.withLockSync(() => {
    Atomics.store(flags.data, 0, 1);
    Atomics.notify(flags.data, 0);
    Atomics.wait(flags.data, 1, 0);
  });
};

async function flagged(flags: Counts, index: number): Promise<void> {
  while (Atomics.load(flags.data, index) === 0) await delay(1);
}

function raise(flags: Counts, index: number): void {
  Atomics.store(flags.data, index, 1);
  Atomics.notify(flags.data, index);
}

describe.each(whereJobsRun)('%s, a lock keeps additions from getting lost', (_, options) => {
  it('when threads stand still for it', async () => {
    const counts = SharedArray.zeros('int32', 2);
    await new JobRunner(partial(addSlowly, counts), options).runJobs([500, 500, 500, 500]);
    expect(counts.data[0]).toBe(2000);
  });

  it('when jobs await it, and the calling thread too', async () => {
    const counts = SharedArray.zeros('int32', 2);
    const jobs = new JobRunner(partial(addPatiently, counts), options).runJobs([100, 100, 100, 100]);
    await Promise.all([jobs, addPatiently(100, counts), addPatiently(100, counts)]);
    expect(counts.data[0]).toBe(600);
  });
});

describe('a lock', () => {
  it('gives what the function gives, awaited', async () => {
    const { lock } = SharedArray.zeros('float64', 1);
    expect(lock.withLockSync(() => 3)).toBe(3);
    expect(await lock.withLock(() => 4)).toBe(4);
    expect(await lock.withLock(async () => 5)).toBe(5);
  });

  it('is released when its holder throws', async () => {
    const { lock } = SharedArray.zeros('float64', 1);
    const fail = () => {
      throw new Error('no');
    };
    expect(() => lock.withLockSync(fail)).toThrow('no');
    await expect(lock.withLock(fail)).rejects.toThrow('no');
    await expect(lock.withLock(async () => fail())).rejects.toThrow('no');
    expect(lock.withLockSync(() => 'free')).toBe('free');
  });

  it('is served in the order of asking', async () => {
    const { lock } = SharedArray.zeros('float64', 1);
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        lock.withLock(async () => {
          await delay(i % 3 === 0 ? 1 : 0);
          order.push(i);
        }),
      ),
    );
    expect(order).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('outlasts more turns than it has slots, many times over', () => {
    const { lock } = SharedArray.zeros('float64', 1);
    let turns = 0;
    for (let i = 0; i < 2000; i++) lock.withLockSync(() => turns++);
    expect(turns).toBe(2000);
  });

  it('is that of slices and reshaped views, and goes where the array goes; copies have their own', async () => {
    const array = SharedArray.zeros('int32', [4, 2]);
    const { lock } = array;
    const refuses = (other: SharedArray) => {
      try {
        other.lock.withLockSync(() => {});
        return false;
      } catch {
        return true;
      }
    };
    lock.withLockSync(() => {
      expect([array.slice(1, 2), array.reshape(8), array.slice(1).reshape(6)].map(refuses)).toEqual([
        true,
        true,
        true,
      ]);
      expect(refuses(array.copy())).toBe(false);
    });
    const [same] = await new JobRunner((input: { array: SharedArray<'int32'> }) => input.array, {
      nWorkers: 2,
    }).runJobs([{ array: array.slice(2) }]);
    lock.withLockSync(() => expect(refuses(same!)).toBe(true));
  });

  it('does not hold up the calling thread, which must not stand still', async () => {
    const counts = SharedArray.zeros('int32', 1);
    const flags = SharedArray.zeros('int32', 2);
    const run = new JobRunner(partial(hold, counts, flags), { nWorkers: 1, singleJobInThread: true }).runJobs(
      [0],
    );
    await flagged(flags, 0);
    expect(() => counts.lock.withLockSync(() => {})).toThrow(expect.objectContaining({ code: 'LOCK_TAKEN' }));
    let isIn = false;
    const turn = counts.lock.withLock(() => {
      isIn = true;
    });
    await delay(5);
    expect(isIn).toBe(false);
    raise(flags, 1);
    await turn;
    expect(isIn).toBe(true);
    await run;
  });

  it('tells who would wait for itself', async () => {
    const { lock } = SharedArray.zeros('int32', 1);
    const taken = expect.objectContaining({ code: 'LOCK_TAKEN' });
    lock.withLockSync(() => expect(() => lock.withLockSync(() => {})).toThrow(taken));
    await lock.withLock(() => expect(() => lock.withLockSync(() => {})).toThrow(taken));
    expect(lock.withLockSync(() => 1)).toBe(1);
  });
});

describe('when a thread ends', () => {
  const thread = { nWorkers: 1, singleJobInThread: true } as const;

  it('with the lock, everyone gets an error, and nobody waits for ever', async () => {
    const counts = SharedArray.zeros('int32', 1);
    const flags = SharedArray.zeros('int32', 2);
    const dies = new JobRunner(
      partial(
        (_: number, array: Counts, signs: Counts): void => {
          array.lock.withLockSync(() => {
            Atomics.store(signs.data, 0, 1);
            Atomics.wait(signs.data, 1, 0);
            process.exit(1);
          });
        },
        counts,
        flags,
      ),
      thread,
    ).runJobs([0]);
    const died = failureOf(dies);
    await flagged(flags, 0);
    const waits = failureOf(counts.lock.withLock(() => 'in'));
    const stands = jobErrorOf(new JobRunner(partial(addSlowly, counts), thread).runJobs([1]));
    raise(flags, 1);
    expect(await died).toMatchObject({ code: 'WORKER_DIED' });
    expect(await waits).toMatchObject({ code: 'LOCK_HOLDER_DIED' });
    expect((await stands).cause).toMatchObject({ code: 'LOCK_HOLDER_DIED' });
    const broken = expect.objectContaining({ code: 'LOCK_HOLDER_DIED' });
    expect(() => counts.lock.withLockSync(() => {})).toThrow(broken);
    expect(counts.copy().lock.withLockSync(() => 'in')).toBe('in');
  });

  it('while it waits, its turn is passed over', async () => {
    const counts = SharedArray.zeros('int32', 1);
    const flags = SharedArray.zeros('int32', 1);
    const stop = new AbortController();
    const wait = (_: number, array: Counts, signs: Counts) => {
      Atomics.store(signs.data, 0, 1);
      array.lock.withLockSync(() => {
        array.data[0] = 1;
      });
    };
    await counts.lock.withLock(async () => {
      const run = new JobRunner(partial(wait, counts, flags), thread).runJobs([0], { signal: stop.signal });
      const stopped = failureOf(run);
      await flagged(flags, 0);
      stop.abort();
      await stopped;
    });
    expect(await counts.lock.withLock(() => counts.data[0])).toBe(0);
  });
});

describe('adding in one step', () => {
  const integers = ['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32'] as const;

  it.each(integers)('works for %s, and gives what was there', (dtype) => {
    const array = SharedArray.zeros(dtype, [2, 3]);
    expect(array.add(4, 5)).toBe(0);
    expect(array.add([1, 1], 2)).toBe(5);
    expect(array.toNested()).toEqual([
      [0, 0, 0],
      [0, 7, 0],
    ]);
  });

  it('works for bigints', () => {
    const array = SharedArray.zeros('bigint64', 2);
    array.add(1, 2n ** 40n);
    expect(array.add([1], -1n)).toBe(2n ** 40n);
    expect(array.data[1]).toBe(2n ** 40n - 1n);
  });

  it('loses nothing between threads', async () => {
    const counts = SharedArray.zeros('uint32', 1);
    const add = (_: number, array: SharedArray<'uint32'>) => {
      for (let i = 0; i < 20_000; i++) array.add(0, 1);
    };
    await new JobRunner(partial(add, counts), { nWorkers: 2 }).runJobs({ nJobs: 4 });
    expect(counts.data[0]).toBe(80_000);
  });

  const cases: [string, () => unknown, RegExp][] = [
    ['floats', () => SharedArray.zeros('float32', 1).add(0, 1), /float32 cannot be added to in one step/],
    ['clamped integers', () => SharedArray.zeros('uint8c', 1).add(0, 1), /use the lock/],
    ['complex numbers', () => SharedArray.zeros('complex64', 1).add(0, 1), /use the lock/],
    ['fractions', () => SharedArray.zeros('int32', 1).add(0, 0.5), /0.5 does not fit int32/],
    ['a place outside', () => SharedArray.zeros('int32', [2, 2]).add(4, 1), /no element 4 .* \[2, 2\]/],
    ['an index outside', () => SharedArray.zeros('int32', [2, 2]).add([0, 2], 1), /no element \[0, 2\]/],
    ['an index too short', () => SharedArray.zeros('int32', [2, 2]).add([1], 1), /no element \[1\]/],
    ['an index too long', () => SharedArray.zeros('int32', [2, 2]).add([1, 1, 0], 1), /no element/],
    ['half a place', () => SharedArray.zeros('int32', 2).add(0.5, 1), /no element 0.5/],
  ];
  it.each(cases)('refuses %s', (_, add, message) => {
    expect(add).toThrow(expect.objectContaining({ code: 'INVALID_ARRAY' }));
    expect(add).toThrow(message);
  });
});
