// biome-ignore-all lint/suspicious: bad habits are what is tested
// biome-ignore-all lint/complexity: bad habits are what is tested
// biome-ignore-all lint/correctness: bad habits are what is tested
// biome-ignore-all lint/style: bad habits are what is tested
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { JobRunner, SharedArray, sharedCopy } from 'parajob';
import { describe, expect, test } from 'vitest';
import { type Job, loopAndThreads } from './loop-and-threads.ts';

class Rng {
  state = 1;
  next(): number {
    return this.advance();
  }
  advance(): number {
    this.state = (this.state * 16807) % 2147483647;
    return this.state;
  }
}
class Tally {
  static n = 0;
  static count(): number {
    return ++Tally.n;
  }
}
const word = 'a b c';

const cases: readonly [what: string, name: string, make: () => Job][] = [
  [
    'assignment',
    'last',
    () => {
      let last = 0;
      return (x) => {
        const before = last;
        last = x;
        return before;
      };
    },
  ],
  [
    'arithmetic assignment',
    'sum',
    () => {
      let sum = 0;
      return (x) => (sum += x);
    },
  ],
  [
    'logical assignment',
    'known',
    () => {
      let known: number | undefined;
      return (x) => (known ??= x);
    },
  ],
  [
    '++',
    'n',
    () => {
      let n = 0;
      return () => ++n;
    },
  ],
  [
    '++ of a member',
    'stats',
    () => {
      const stats = { n: 0 };
      return () => ++stats.n;
    },
  ],
  [
    '++ of an element',
    'hist',
    () => {
      const hist = [0, 0];
      return (x) => ++hist[x % 2]!;
    },
  ],
  [
    'destructuring',
    'a',
    () => {
      let a = 0;
      return (x) => {
        const before = a;
        [a] = [x + 1];
        return before;
      };
    },
  ],
  [
    'destructuring into a member',
    'box',
    () => {
      const box = { v: 0 };
      return (x) => {
        const { v } = box;
        ({ x: box.v } = { x: x + 1 });
        return v;
      };
    },
  ],
  [
    'a loop',
    'i',
    () => {
      let i = 0;
      return (x) => {
        const before = i;
        for (i of [x, x + 1]);
        return before;
      };
    },
  ],
  [
    'delete',
    'flags',
    () => {
      const flags: { on?: boolean } = { on: true };
      return () => {
        const was = flags.on;
        delete flags.on;
        return was;
      };
    },
  ],
  [
    'push',
    'seen',
    () => {
      const seen: number[] = [];
      return (x) => seen.push(x);
    },
  ],
  [
    'push, deep inside',
    'found',
    () => {
      const found = { by: { id: [0] } };
      return (x) => found.by.id.push(x);
    },
  ],
  [
    'push to an element',
    'bins',
    () => {
      const bins: number[][] = [[], []];
      return (x) => bins[x % 2]!.push(x);
    },
  ],
  [
    'push to what a Map has',
    'groups',
    () => {
      const groups = new Map([['all', [0]]]);
      return (x) => groups.get('all')!.push(x);
    },
  ],
  [
    'sort',
    'order',
    () => {
      const order = [3, 1, 2, 0];
      return (x) => {
        const first = order[0];
        if (x === 0) order.sort();
        return first;
      };
    },
  ],
  [
    'splice',
    'queue',
    () => {
      const queue = [5, 6, 7, 8];
      return () => queue.splice(0, 1)[0];
    },
  ],
  [
    'set of a Map',
    'memo',
    () => {
      const memo = new Map<number, number>();
      return (x) => memo.set(x, x).size;
    },
  ],
  [
    'add of a Set',
    'unique',
    () => {
      const unique = new Set<number>();
      return (x) => unique.add(x).size;
    },
  ],
  [
    'a typed array',
    'totals',
    () => {
      const totals = new Float64Array(1);
      return (x) => {
        totals[0]! += x;
        return totals[0];
      };
    },
  ],
  [
    'fill of a typed array',
    'work',
    () => {
      const work = new Float64Array(2);
      return (x) => {
        const before = work[1];
        work.fill(x + 1);
        return before;
      };
    },
  ],
  [
    'a date',
    'day',
    () => {
      const day = new Date(0);
      return () => day.setUTCDate(day.getUTCDate() + 1);
    },
  ],
  [
    'a pattern that remembers',
    'each',
    () => {
      const each = /\w/g;
      return () => each.exec(word)?.[0];
    },
  ],
  [
    'another name',
    'store',
    () => {
      const store: number[] = [];
      return (x) => {
        const s = store;
        return s.push(x);
      };
    },
  ],
  [
    'a part under another name',
    'state',
    () => {
      const state = { list: [0] };
      return (x) => {
        const { list } = state;
        return list.push(x);
      };
    },
  ],
  [
    'a loop variable',
    'people',
    () => {
      const people = [{ age: 1 }];
      return () => {
        for (const p of people) p.age++;
        return people[0]!.age;
      };
    },
  ],
  [
    'a callback',
    'points',
    () => {
      const points = [{ x: 1 }];
      return () => {
        points.forEach((p) => {
          p.x *= 2;
        });
        return points[0]!.x;
      };
    },
  ],
  [
    'elements of a copy',
    'cells',
    () => {
      const cells = [{ v: 1 }];
      return () => {
        for (const c of [...cells]) c.v++;
        return cells[0]!.v;
      };
    },
  ],
  [
    'a helper',
    'log',
    () => {
      const log: number[] = [];
      const note = (to: number[], x: number) => to.push(x);
      return (x) => note(log, x);
    },
  ],
  [
    'a helper that captures',
    'calls',
    () => {
      let calls = 0;
      const tick = () => ++calls;
      return () => tick();
    },
  ],
  [
    'a function inside',
    'm',
    () => {
      let m = 0;
      return () => {
        const up = () => {
          m++;
        };
        up();
        return m;
      };
    },
  ],
  [
    'Object.assign',
    'options',
    () => {
      const options = { n: 0 };
      return (x) => {
        const { n } = options;
        Object.assign(options, { n: x + 1 });
        return n;
      };
    },
  ],
  [
    'a generator of random numbers',
    'rng',
    () => {
      const rng = new Rng();
      return () => rng.next();
    },
  ],
  [
    'a method of an object',
    'counter',
    () => {
      const counter = {
        n: 0,
        up() {
          return ++this.n;
        },
      };
      return () => counter.up();
    },
  ],
  [
    'a static method',
    'Tally',
    () => {
      Tally.n = 0;
      return () => Tally.count();
    },
  ],
  [
    'a static field',
    'Tally',
    () => {
      Tally.n = 0;
      return () => Tally.n++;
    },
  ],
  [
    'a property of the function',
    'job',
    () => {
      const job = Object.assign((_x: number): number => job.n++, { n: 0 });
      return job;
    },
  ],
];

describe('a job that writes to what it has captured is refused', () => {
  test.each(cases)('by %s (`%s`)', async (_what, name, make) => {
    const [loop, threads] = await loopAndThreads(make);
    // Had it run, it would have been wrong.
    expect(threads).not.toEqual(loop);
    for (const nWorkers of [1, 2]) {
      await expect(new JobRunner(make(), { nWorkers }).runJobs([0, 1])).rejects.toMatchObject({
        code: 'WORKER_NOT_PORTABLE',
        message: expect.stringContaining(`it writes to \`${name}\` (`),
      });
    }
  });

  test('by the line that writes', async () => {
    let total = 0;
    const add = (x: number) => {
      total += x;
    };
    await expect(new JobRunner(add).runJobs([1])).rejects.toThrow(
      `it writes to \`total\` (declared at ${placeOf('total = 0;\n    const add')}, written to at ${placeOf('total += x;\n    };')})`,
    );
  });
});

describe('a job may write to', () => {
  const shared = SharedArray.zeros('float64', [4]);
  const view = sharedCopy(new Float64Array(4));
  const held = { out: SharedArray.zeros('int32', [4, 1]) };

  test.each<[string, (x: number) => unknown, () => unknown]>([
    [
      'a shared array',
      (x) => {
        shared.data[x] = x;
      },
      () => [...shared.data],
    ],
    [
      'shared memory under another name',
      (x) => {
        const v = view;
        v[x] = x;
      },
      () => [...view],
    ],
    [
      'a row of a shared array',
      (x) => {
        held.out.row(x).fill(x);
      },
      () => [...held.out.data],
    ],
  ])('%s', async (_what, job, written) => {
    await new JobRunner(job, { nWorkers: 2 }).runJobs([0, 1, 2, 3]);
    expect(written()).toEqual([0, 1, 2, 3]);
  });
});

/** Where a text first stands in this file, as errors write it. */
function placeOf(text: string): string {
  const file = fileURLToPath(import.meta.url);
  const before = readFileSync(file, 'utf8').split(text, 1).join().split('\n');
  return `${file}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}
