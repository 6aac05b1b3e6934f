import { type JobError, JobRunner, type JobRunnerError, ParallelWorker } from 'parajob';
import { describe, expect, test } from 'vitest';

const seen = new Map<number, number>();
let count = 0;
class Table {
  readonly rate = 2;
  static made = 0;
  scale(x: number): number {
    return x * this.rate;
  }
  remember(x: number): void {
    seen.set(x, this.scale(x));
  }
  toString(): string {
    seen.set(0, 0);
    return 'a table';
  }
  static make(): Table {
    Table.made += 1;
    return new Table();
  }
}
let latest: object = {};
class Replacing {
  valueOf(): number {
    latest = { latest };
    return 0;
  }
}
class Hiding {
  static #kept = { n: 0 };
  toString(): string {
    Hiding.#kept = { n: Hiding.#kept.n + 1 };
    return `${Hiding.#kept.n}`;
  }
}
class Swapping {
  static answer = (): number => 1;
  toString(): string {
    const next = Swapping.answer() + 1;
    Swapping.answer = () => next;
    return `${next}`;
  }
}
class Counting {
  count(): void {
    count += 1;
  }
}
class Remembering extends ParallelWorker {
  paraMethod(x: number): number {
    return x;
  }
  override exit(): void {
    seen.set(0, 0);
  }
}

const by = (key: 'remember' | 'scale') => (x: number) => new Table()[key](x);

describe.each([1, 2])('with %i worker(s)', (nWorkers) => {
  const run = (job: (x: number) => unknown) => new JobRunner(job, { nWorkers }).runJobs([1, 2]);

  test('methods that write, and that no job speaks of, do no harm', async () => {
    expect(await run((x) => new Table().scale(x))).toEqual([2, 4]);
    expect([seen.size, Table.made]).toEqual([0, 0]);
  });

  test.each<[string, RegExp, () => Promise<unknown>]>([
    ['one called by its name', /`seen`.*`remember`/, () => run((x) => new Table().remember(x))],
    [
      'one taken out of its object',
      /`seen`.*`remember`/,
      () =>
        run((x) => {
          const { remember } = new Table();
          return remember.call(new Table(), x);
        }),
    ],
    [
      'one called by a computed name',
      /`seen`.*written to at \S+:13:\d+, or written to at \S+:16/,
      () => run(by('remember')),
    ],
    ['one that the language calls', /`seen`.*, or written to at \S+:16/, () => run(() => `${new Table()}`)],
    ['one that a lane calls', /`seen`.*`exit`/, () => new JobRunner(Remembering, { nWorkers }).runJobs([1])],
    ['a static one', /`Table`.*`make`/, () => run(() => Table.make().rate)],
    ['one that gives a variable another value', /`latest`.*`valueOf`/, () => run(() => +new Replacing())],
    ['one that does so to a private field', /`Hiding.#kept`/, () => run(() => `${new Hiding()}`)],
    ['one that puts another function in place', /`Swapping`/, () => run(() => `${new Swapping()}`)],
    ['one that counts', /`count`.*`count`/, () => run((x) => [new Counting(), x, count])],
  ])('refused: %s', async (_what, message, act) => {
    const error = (await act().catch((cause) => cause)) as JobError | JobRunnerError;
    expect(error).toMatchObject({ code: 'WORKER_NOT_PORTABLE', message: expect.stringMatching(message) });
    seen.clear();
    Table.made = 0;
  });
});
