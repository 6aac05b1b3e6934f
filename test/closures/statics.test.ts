// biome-ignore-all lint/complexity: classes as people write them
import { JobRunner, ParallelWorker } from 'parajob';
import { describe, expect, test } from 'vitest';

class Parent {
  static names: string[] = [];
  static register(name: string): void {
    this.names.push(name);
  }
}
class Child extends Parent {
  static {
    Child.register('child');
  }
  x = 1;
}
class Squares {
  static readonly table = new Map<number, number>();
  static {
    for (let i = 0; i < 5; i++) Squares.table.set(i, i * i);
  }
}
class Circle {
  // biome-ignore format: the parentheses are what this is about
  static readonly TAU = (2 * Math.PI);
  static circumference(radius: number): number {
    return Circle.TAU * radius;
  }
}
const viaChild = (n: number) => n * new Child().x + Parent.names.length;
const square = (n: number) => Squares.table.get(n);
const circumference = (radius: number) => Circle.circumference(radius);

describe.each([1, 2])('with %i workers, static parts of a class', (nWorkers) => {
  test('that have been done are not done again', async () => {
    expect(await new JobRunner(viaChild, { nWorkers }).runJobs([1, 2])).toEqual([2, 3]);
  });

  test('that were filled by a static block are as it left them', async () => {
    expect(await new JobRunner(square, { nWorkers }).runJobs([1, 2, 3])).toEqual([1, 4, 9]);
  });

  test('may be written in parentheses', async () => {
    expect(await new JobRunner(circumference, { nWorkers }).runJobs([1])).toEqual([2 * Math.PI]);
  });
});

class Named {
  static name = 'a name of its own';
  static length = 7;
}
class Renamed {
  static {
    Object.defineProperty(Renamed, 'name', { value: 'another name' });
  }
}
class Asked {
  static get name(): string {
    return 'a name on demand';
  }
}
function first(x: number): number {
  return x;
}
Object.defineProperty(first, 'name', { value: 'the first' });
Object.defineProperty(first, 'length', { value: 3 });
const second = (x = 1, ...others: number[]): number => x + others.length;

describe.each([1, 2])('with %i workers, what every function has', (nWorkers) => {
  test.each([
    ['a class with static fields of these names', () => [Named.name, Named.length], ['a name of its own', 7]],
    [
      'a class that was renamed',
      () => [Renamed.name, new Renamed().constructor.name],
      ['another name', 'another name'],
    ],
    ['a class with a getter', () => Asked.name, 'a name on demand'],
    ['a function that was changed', () => [first.name, first.length], ['the first', 3]],
    ['a function that was not', () => [second.name, second.length], ['second', 0]],
  ])('is what it is in the program: %s', async (_what, job: (x: number) => unknown, expected) => {
    expect(await new JobRunner(job, { nWorkers }).runJobs([1])).toEqual([expected]);
  });
});

class Rates {
  static #rate = 1;
  static readonly #names = new Map([['one', 1]]);
  static readonly #loose = Math.random();
  static readonly #twice = (x: number): number => 2 * x;
  static #unset: number | undefined;
  static {
    for (const n of [2, 3]) Rates.#names.set(`${n}`, n);
    Rates.#rate = 5;
  }
  static of(x: number): number {
    return Rates.#rate * x + (Rates.#unset ?? 0);
  }
  static named(name: string): number {
    return Rates.#twice(Rates.#names.get(name) ?? 0);
  }
  static loose(): number {
    return Rates.#loose;
  }
}
const loose = Rates.loose();

let made = 0;
const numbered = () => {
  const id = ++made;
  return (x: number) => 100 * id + x;
};
class Made {
  static readonly first = numbered();
  static readonly scaled = (
    (k: number) => (x: number) =>
      x * k
  )(Math.random());
  static readonly own = (x: number): number => x + this.offset;
  static offset = 3;
}
const scaled = Made.scaled(1);
const offset = 'offset';
class Computed {
  static [offset] = 4;
  static ['twice'] = (x: number) => 2 * x;
}
Computed[offset] = 5;

describe.each([1, 2])('with %i workers, static parts of a class are those of the program', (nWorkers) => {
  test.each<[string, (x: number) => unknown, unknown]>([
    ['private fields', (x) => [Rates.of(x), Rates.named('3'), Rates.named('one')], [5, 6, 2]],
    ['a private field that is another one each time', () => Rates.loose() === loose, true],
    ['functions that were made', (x) => [Made.first(x), Made.scaled(x) === scaled], [101, true]],
    ['fields of computed names', (x) => Computed.twice(x) + Computed.offset, 7],
    ['functions that use the class itself', (x) => Made.own(x), 4],
  ])('%s', async (_what, job, expected) => {
    expect(await new JobRunner(job, { nWorkers }).runJobs([1])).toEqual([expected]);
  });
});

let raise: (by: number) => void = () => {};
class Gain extends ParallelWorker {
  static #gain = { by: 1 };
  readonly #jobs: number[] = [];
  static {
    raise = (by) => {
      Gain.#gain.by = by;
    };
  }
  paraMethod(x: number): [number, number] {
    return [x * Gain.#gain.by, this.#jobs.push(x)];
  }
}

test('a worker is made anew when a static private field of its class has changed', async () => {
  await using runner = new JobRunner(Gain, { nWorkers: 1, singleJobInThread: true });
  expect(await runner.runJobs([1, 2])).toEqual([
    [1, 1],
    [2, 2],
  ]);
  expect(await runner.runJobs([3])).toEqual([[3, 3]]);
  raise(10);
  expect(await runner.runJobs([4])).toEqual([[40, 1]]);
});

let rename: (name: string) => void = () => {};
class Dated extends ParallelWorker {
  static #name = 'first';
  static {
    rename = (name) => {
      Dated.#name = name;
    };
  }
  readonly #own = Dated.#name;
  paraMethod(): string {
    return this.#own;
  }
  override exit(): string {
    if (this.#own === 'faulty') throw new RangeError('faulty');
    return this.#own;
  }
}

test('a worker that another one took the place of has its exit, and its value is kept', async () => {
  const runner = new JobRunner(Dated, { nWorkers: 1, singleJobInThread: true });
  for (const name of ['first', 'second', 'third']) {
    rename(name);
    expect(await runner.runJobs({ nJobs: 1 })).toEqual([name]);
  }
  await runner.close();
  expect(runner.exitResults).toEqual(['first', 'second', 'third']);
});

test('what the exit of such a worker throws does not disturb its successor, and comes out in the end', async () => {
  const runner = new JobRunner(Dated, { nWorkers: 1, singleJobInThread: true });
  rename('faulty');
  await runner.runJobs({ nJobs: 1 });
  rename('next');
  expect(await runner.runJobs({ nJobs: 1 })).toEqual(['next']);
  await expect(runner.close()).rejects.toThrow(new RangeError('faulty'));
  expect(runner.exitResults).toEqual(['next']);
});

class Memo {
  static readonly #known = new Map<number, number>();
  static #n = 0;
  static count(): number {
    return ++Memo.#n;
  }
  static square(x: number): number {
    if (!Memo.#known.has(x)) Memo.#known.set(x, x * x);
    return Memo.#known.get(x)!;
  }
}
class Reassigned {
  // biome-ignore format: no semicolon is what this is about
  static set = new Set([1])
  has(x: number): boolean {
    return Reassigned.set.has(x);
  }
}

test.each([
  ['a Map', (x: number) => Memo.square(x), /writes to `Memo\.#(?:known|n)`/],
  ['a number', () => Memo.count(), /writes to `Memo\.#(?:known|n)`/],
])('a static private field that jobs write to is refused: %s', async (_what, job, message) => {
  for (const nWorkers of [1, 2]) {
    await expect(new JobRunner(job, { nWorkers }).runJobs([1])).rejects.toMatchObject({
      code: 'WORKER_NOT_PORTABLE',
      message: expect.stringMatching(message),
    });
  }
});

test('a static field may be called set', async () => {
  const job = (x: number) => new Reassigned().has(x);
  expect(await new JobRunner(job, { nWorkers: 2 }).runJobs([1, 2])).toEqual([true, false]);
});
