// biome-ignore-all lint/suspicious: bad habits are what is tested
// biome-ignore-all lint/complexity: bad habits are what is tested
// biome-ignore-all lint/style: bad habits are what is tested
import { JobRunner, move } from 'parajob';
import { describe, expect, test } from 'vitest';
import { type Job, loopAndThreads } from './loop-and-threads.ts';

class Store {
  readonly items: number[];
  constructor(items: number[]) {
    this.items = items;
  }
  add(x: number): number {
    const { items } = this;
    return items.push(x);
  }
  get all(): number[] {
    return this.items;
  }
  inner(): number[] {
    return this.items;
  }
}
interface Row {
  n: number;
}

/** Ways to write to `seen` that do not say so. */
const cases: readonly [what: string, make: (seen: number[], rows: Row[]) => Job][] = [
  [
    'what a helper returns',
    (seen) => {
      const getSeen = () => seen;
      return (x) => getSeen().push(x);
    },
  ],
  [
    'what a helper returns, under a name',
    (seen) => {
      const pick = (xs: number[]) => (xs.length >= 0 ? xs : []);
      return (x) => {
        const mine = pick(seen);
        return mine.push(x);
      };
    },
  ],
  ['a local object that holds it', (seen) => (x) => ({ seen }).seen.push(x)],
  [
    'a local object that has a name',
    (seen) => (x) => {
      const o = { a: { seen } };
      return o.a.seen.push(x);
    },
  ],
  [
    'a local array that holds it',
    (seen) => (x) => {
      const [, second] = [0, seen] as const;
      return second.push(x);
    },
  ],
  [
    'a property of a local object, set later',
    (seen) => (x) => {
      const o: { to?: number[] } = {};
      o.to = seen;
      return o.to.push(x);
    },
  ],
  ['an argument of a constructor', (seen) => (x) => new Store(seen).add(x)],
  [
    'a default value',
    (seen) =>
      (x, to = seen) =>
        to.push(x),
  ],
  [
    'a default value of a pattern',
    (seen) => (x) => {
      const f = ({ to = seen } = {}) => to.push(x);
      return f();
    },
  ],
  [
    'the start of a reduction',
    (seen) => (x) =>
      [x].reduce((to, y) => {
        to.push(y);
        return to;
      }, seen).length,
  ],
  [
    'a method whose name is computed',
    (seen) => {
      const m = 'push';
      return (x) => seen[m](x);
    },
  ],
  [
    'a method whose name comes with the job',
    (seen) => (x) => (seen[['push', 'unshift'][x % 2] as 'push'] as (x: number) => number)(x),
  ],
  ['Array.prototype.push.call', (seen) => (x) => Array.prototype.push.call(seen, x)],
  ['[].push.apply', (seen) => (x) => [].push.apply(seen as never, [x] as never)],
  ['Reflect.apply', (seen) => (x) => Reflect.apply(seen.push, seen, [x])],
  ['a bound method', (seen) => (x) => seen.push.bind(seen)(x)],
  ['Object.defineProperty', (seen) => (x) => Object.defineProperty(seen, seen.length, { value: x }).length],
  ['Reflect.set', (seen) => (x) => Reflect.set(seen, seen.length, x) && seen.length],
  [
    'a rest parameter',
    (seen) => {
      const add = (...lists: number[][]) => lists.map((list) => list.push(1));
      return () => add(seen);
    },
  ],
  [
    'the arguments of a function',
    (seen) => {
      function add(_to: number[]): number {
        return arguments[0].push(1);
      }
      return () => add(seen);
    },
  ],
  [
    'a closure that a helper makes',
    (seen) => {
      const adder = (to: number[]) => (x: number) => to.push(x);
      return (x) => adder(seen)(x);
    },
  ],
  [
    'a method of an object',
    (seen) => {
      const tools = { add: (to: number[], x: number) => to.push(x) };
      return (x) => tools.add(seen, x);
    },
  ],
  ['a choice', (seen) => (x) => (x >= 0 ? seen : []).push(x)],
  [
    'a variable that is given it later',
    (seen) => (x) => {
      let to: number[] = [];
      if (x >= 0) to = seen;
      return to.push(x);
    },
  ],
  [
    'a Map of the job',
    (seen) => (x) => {
      const lists = new Map([['a', seen]]);
      return lists.get('a')!.push(x);
    },
  ],
  [
    'a generator',
    (seen) => {
      function* all() {
        yield seen;
      }
      return (x) => {
        for (const list of all()) list.push(x);
        return seen.length;
      };
    },
  ],
  ['a tag', (seen) => (x) => ((_: TemplateStringsArray, to: number[]) => to.push(x))`${seen}`],
  [
    'what a library does to its argument',
    (seen) => (x) => {
      return Function('list', 'x', 'return list.push(x)')(seen, x);
    },
  ],
];

describe('a write that the text does not show is refused', () => {
  test.each(cases)('by %s', async (_what, make) => {
    const [loop, threads] = await loopAndThreads(() => make([], [{ n: 0 }]));
    // Had it run, it would have been wrong.
    expect(threads).not.toEqual(loop);
    for (const nWorkers of [1, 2]) {
      const seen: number[] = [];
      const job = make(seen, [{ n: 0 }]);
      await expect(new JobRunner(job, { nWorkers }).runJobs([0, 1])).rejects.toMatchObject({
        code: 'WORKER_NOT_PORTABLE',
        message: expect.stringMatching(/it writes to `\w+` \(declared at .*unseen-writes\.test\.ts:\d+:\d+/),
      });
    }
  });
});

const store = new Store([0]);
const later: number[] = [];
const load = async () => later;
const long = Array.from({ length: 300 }, (_, n) => ({ n }));
const groups = new Map([['all', [{ n: 0 }]]]);

describe('a write to a part that the text does not show is refused', () => {
  test.each<[string, string, (x: number) => unknown]>([
    ['a row of a long table', 'long', (x) => ++long[250 + x]!.n],
    ['a list of lists made by Array.from', 'later', (x) => Array.from([later]).map((list) => list.push(x))],
    ['what an async function returns', 'later', async (x) => (await load()).push(x)],
    ['a method that takes itself apart', 'store', (x) => store.add(x)],
    ['what a method returns', 'store', (x) => store.inner().push(x)],
    ['what a getter returns', 'store', (x) => store.all.push(x)],
    [
      'the entries of a Map',
      'groups',
      () => {
        for (const [, rows] of groups) for (const row of rows) row.n++;
      },
    ],
    [
      'the rows that a callback gets',
      'groups',
      () => groups.forEach((rows) => rows.forEach((row) => Object.assign(row, { n: row.n + 1 }))),
    ],
    [
      'an iterator',
      'groups',
      () => {
        groups.values().next().value![0]!.n++;
      },
    ],
    [
      'a row put into a list',
      'groups',
      () => {
        const found: Row[] = [];
        for (const row of groups.get('all')!) found.push(row);
        found[0]!.n++;
      },
    ],
    [
      'a destructured part',
      'groups',
      () => {
        const [first] = groups.get('all')!;
        first!.n++;
      },
    ],
  ])('by %s', async (_what, name, job) => {
    for (const nWorkers of [1, 2]) {
      await expect(new JobRunner(job, { nWorkers }).runJobs([0, 1])).rejects.toMatchObject({
        code: 'WORKER_NOT_PORTABLE',
        message: expect.stringContaining(`it writes to \`${name}\` (`),
      });
    }
  });
});

const rows = Array.from({ length: 300 }, (_, n) => ({ n, group: n % 3, tags: ['a'] }));
const start = { n: 1 };
const options = { deep: { list: [3, 1, 2] } };
const words = /b+/g;

describe('a job may', () => {
  test.each<[string, (x: number) => unknown]>([
    [
      'reduce rows into an object of its own',
      () =>
        rows.reduce(
          (sum, r) => {
            sum.n += r.n;
            return sum;
          },
          { n: 0 },
        ),
    ],
    [
      'group rows into lists of its own',
      () => {
        const by: Record<string, typeof rows> = {};
        for (const row of rows) (by[row.group] ??= []).push(row);
        return Object.values(by).map((list) => list.length);
      },
    ],
    [
      'group rows into a Map of its own',
      () => {
        const by = new Map<number, typeof rows>();
        for (const row of rows) {
          const list = by.get(row.group) ?? [];
          list.push(row);
          by.set(row.group, list);
        }
        return by.size;
      },
    ],
    ['sort what a filter gives', () => rows.filter((r) => r.n > 3).sort((a, b) => b.n - a.n)[0]!.n],
    [
      'change a copy under the name of the original',
      (x) => {
        const sorted = (list: number[]) => {
          list = [...list];
          list.sort();
          return list;
        };
        return sorted(options.deep.list)[x];
      },
    ],
    [
      'add to a copy',
      (x) => {
        let state = start;
        state = { ...state, n: x };
        state.n++;
        return state;
      },
    ],
    [
      'clone, and change the clone',
      (x) => {
        const own = structuredClone(options);
        own.deep.list.push(x);
        return own;
      },
    ],
    ['hand rows to a constructor that keeps them', () => new Store(options.deep.list).items.length],
    [
      'hand what it captured to functions it knows nothing of',
      () => Function('list', 'return list.length')(rows),
    ],
    ['replace with a pattern that remembers', () => 'abba'.replace(words, 'x')],
    [
      'push to one part of an object, beside a captured one',
      (x) => {
        const o = { rows, own: [] as number[] };
        o.own.push(x);
        return o.own;
      },
    ],
    ['find the best row', () => rows.reduce((best, row) => (row.n > best.n ? row : best)).n],
    [
      'spread rows into an object and change that',
      (x) =>
        rows.slice(0, 2).map((row) => {
          const own = { ...row };
          own.n = x;
          return own;
        }),
    ],
  ])('%s', async (_what, job) => {
    const expected = [0, 1].map((x) => job(x));
    for (const nWorkers of [1, 2]) {
      expect(await new JobRunner(job, { nWorkers }).runJobs([0, 1])).toEqual(expected);
    }
  });
});

test.each([1, 2])('a captured array is not the job’s to move, with %i worker(s)', async (nWorkers) => {
  const captured = new Float64Array(4).fill(7);
  const run = new JobRunner((_: number) => move(captured), { nWorkers }).runJobs([1]);
  await expect(run).rejects.toMatchObject({
    code: 'WORKER_NOT_PORTABLE',
    message: expect.stringContaining('`captured`'),
  });
});
