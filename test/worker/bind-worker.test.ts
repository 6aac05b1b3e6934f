import { ParallelWorker, SharedArray } from 'parajob';
import { describe, expect, test, vi } from 'vitest';
import { bindWorker, dropInstance, type RunJob } from '../../src/worker/bind-worker.ts';
import { workerPlan } from './lane-probe.ts';

const coded = (code: string, message = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

function bind(worker: unknown, given: Parameters<typeof workerPlan>[0] = {}, workerId = 0): Promise<RunJob> {
  return bindWorker(workerPlan(given), worker, workerId);
}

const allArguments = (...args: unknown[]): unknown[] => args;

describe('a function gets', () => {
  test('the input and nothing else', async () => {
    expect((await bind(allArguments))(7, 'input', 1)).toEqual(['input']);
    expect((await bind(Number.parseInt))(7, '12', 1)).toBe(12);
  });

  test('bound arguments after the input, shared arrays as such', async () => {
    const array = SharedArray.from([1, 2]);
    const [input, bound, last] = (await bind(allArguments, { last: [array, undefined] }))(
      0,
      'x',
      1,
    ) as unknown[];
    expect([input, bound, last]).toEqual(['x', array, undefined]);
    expect(bound).toBeInstanceOf(SharedArray);
  });

  test('an input spread into arguments, and bound ones after these', async () => {
    const runJob = await bind(allArguments, { spread: true, last: ['end'] });
    expect(runJob(0, [1, 'b', [3]], 1)).toEqual([1, 'b', [3], 'end']);
    expect(runJob(0, [], 1)).toEqual(['end']);
    for (const input of ['ab', 5, new Float64Array(2), undefined]) {
      expect(() => runJob(0, input, 1)).toThrow(coded('INVALID_INPUTS', '`spread`'));
    }
  });
});

describe('a class', () => {
  class Adding extends ParallelWorker {
    readonly offset: number;
    constructor(offset = 0) {
      super();
      this.offset = offset;
    }
    paraMethod(...numbers: number[]): number {
      return numbers.reduce((sum, n) => sum + n, this.offset);
    }
  }

  test('is made with its arguments, and gets the input', async () => {
    expect((await bind(Adding, { args: [100] }))(0, 5, 1)).toBe(105);
  });

  test('gets an input spread into arguments', async () => {
    expect((await bind(Adding, { spread: true }))(0, [1, 2, 3], 1)).toBe(6);
  });

  test('maps its jobs, at once or later', async () => {
    class Sync extends Adding {
      override mapJob({ place, input }: { place: number; input: number }) {
        return { place, args: [input, place] };
      }
    }
    class Async extends Sync {
      // @ts-expect-error: a promise instead
      override async mapJob(job: { place: number; input: number }) {
        return super.mapJob(job);
      }
    }
    expect((await bind(Sync))(3, 10, 1)).toBe(13);
    expect(await (await bind(Async))(3, 10, 1)).toBe(13);
  });

  test.each<[unknown, string]>([
    [undefined, 'mapJob must return { place, args }'],
    [null, 'mapJob must return { place, args }'],
    [{ place: 3 }, 'mapJob must return { place, args }'],
    [{ place: 3, args: 'ab' }, 'mapJob must return { place, args }'],
    [{ place: 4, args: [] }, 'mapJob returned place 4 for the job of place 3'],
    [{ args: [] }, 'mapJob returned place undefined for the job of place 3'],
  ])('whose mapJob returns %o is told so', async (mapped, message) => {
    class Odd extends ParallelWorker {
      override mapJob(): never {
        return mapped as never;
      }
      paraMethod(): void {}
    }
    const runJob = await bind(Odd);
    expect(() => runJob(3, 1, 1)).toThrow(coded('INVALID_MAP_JOB', message));
  });

  test('cannot have both a mapJob and spread', async () => {
    class Mapping extends Adding {
      override mapJob({ place }: { place: number }) {
        return { place, args: [] };
      }
    }
    await expect(bind(Mapping, { spread: true })).rejects.toThrow(coded('INVALID_OPTION', 'mapJob'));
  });

  test('is made once for each runner, and knows its worker id in each run', async () => {
    const made = vi.fn();
    class Counted extends ParallelWorker {
      constructor() {
        super();
        made();
      }
      paraMethod(): number {
        return this.workerId;
      }
    }
    const { runnerId } = workerPlan();
    expect((await bind(Counted, { runnerId }, 1))(0, 0, 1)).toBe(1);
    expect((await bind(Counted, { runnerId }, 4))(0, 0, 1)).toBe(4);
    expect(made).toHaveBeenCalledTimes(1);
    await bind(Counted);
    expect(made).toHaveBeenCalledTimes(2);
  });

  test('is made once by two runs that start at the same time', async () => {
    const made = vi.fn();
    class Slow extends ParallelWorker {
      override init(): Promise<void> {
        made();
        return Promise.resolve();
      }
      paraMethod(): void {}
    }
    const { runnerId } = workerPlan();
    await Promise.all([bind(Slow, { runnerId }), bind(Slow, { runnerId })]);
    expect(made).toHaveBeenCalledTimes(1);
  });

  test('has its init awaited before the first job, with the worker id', async () => {
    class Ready extends ParallelWorker {
      known = 0;
      override async init(): Promise<void> {
        await Promise.resolve();
        this.known = this.workerId;
      }
      paraMethod(): number {
        return this.known;
      }
    }
    expect((await bind(Ready, {}, 6))(0, 0, 1)).toBe(6);
  });

  test('that cannot be made says why, and is tried anew in the next run', async () => {
    let isBroken = true;
    class Flaky extends ParallelWorker {
      constructor(readonlyStep?: string) {
        super();
        if (isBroken && readonlyStep === 'construct') throw new TypeError('broken');
      }
      override async init(): Promise<void> {
        if (isBroken) throw new TypeError('broken');
      }
      paraMethod(): string {
        return 'fine';
      }
    }
    for (const [step, words] of [
      ['construct', 'the constructor of Flaky failed: broken'],
      ['init', 'init of Flaky failed: broken'],
    ]) {
      isBroken = true;
      const given = { runnerId: workerPlan().runnerId, args: [step] };
      await expect(bind(Flaky, given)).rejects.toThrow(coded('WORKER_NOT_CONSTRUCTED', words));
      isBroken = false;
      expect((await bind(Flaky, given))(0, 0, 1)).toBe('fine');
    }
  });

  test('without a paraMethod, or without its base, is no worker', async () => {
    // @ts-expect-error: that is what it lacks
    class Empty extends ParallelWorker {}
    await expect(bind(Empty)).rejects.toThrow(coded('INVALID_WORKER', 'class Empty has no paraMethod'));
    class Alone {
      paraMethod(): void {}
    }
    await expect(bind(Alone)).rejects.toThrow(coded('INVALID_WORKER', 'Alone'));
  });

  test('is let go with its exit, once', async () => {
    const exit = vi.fn(async () => {});
    class Leaving extends ParallelWorker {
      override exit(): Promise<void> {
        return exit();
      }
      paraMethod(): void {}
    }
    const { runnerId } = workerPlan();
    await bind(Leaving, { runnerId });
    await dropInstance(runnerId);
    await dropInstance(runnerId);
    expect(exit).toHaveBeenCalledTimes(1);
  });
});
