// biome-ignore-all lint/suspicious: bad habits are what is tested
// biome-ignore-all lint/complexity: bad habits are what is tested
// biome-ignore-all lint/style: bad habits are what is tested
// biome-ignore-all lint/correctness: bad habits are what is tested
import { JobRunner } from 'parajob';
import { describe, expect, test } from 'vitest';
import { valueFromThread } from '../resolve/in-a-thread.ts';
import { type Job, loopAndThreads } from './loop-and-threads.ts';

/** Counts whenever the language calls one of its methods. */
class Counter {
  n = 0;
  toString(): string {
    return `${++this.n}`;
  }
  valueOf(): number {
    return ++this.n;
  }
  toJSON(): number {
    return ++this.n;
  }
  get next(): number {
    return ++this.n;
  }
  *[Symbol.iterator](): Generator<number> {
    yield ++this.n;
  }
}
class Thenable {
  n = 0;
  then(done: (value: number) => void): void {
    done(++this.n);
  }
}
class Ids {
  static n = 0;
  readonly id: number;
  constructor() {
    this.id = (this.constructor as typeof Ids).n++;
  }
}
class Numbered {
  static n = 0;
  readonly id: number;
  constructor() {
    this.id = new.target.n++;
  }
}
const key = 'next' as const;

const cases: readonly [what: string, make: () => Job][] = [
  [
    'through a view of the same memory',
    () => {
      const sums = new Float64Array(1);
      return (x) => (new Float64Array(sums.buffer)[0]! += x + 1);
    },
  ],
  [
    'through a named view of the same memory',
    () => {
      const sums = new Uint8Array(1);
      return (x) => {
        const bytes = new Uint8Array(sums.buffer, 0, 1);
        bytes.fill(bytes[0]! + x + 1);
        return bytes[0];
      };
    },
  ],
  [
    'through a DataView',
    () => {
      const sums = new Uint8Array(8);
      return (x) => {
        new DataView(sums.buffer).setUint8(0, sums[0]! + x + 1);
        return sums[0];
      };
    },
  ],
  [
    'through a Buffer',
    () => {
      const memory = new ArrayBuffer(8);
      return (x) => {
        const bytes = Buffer.from(memory);
        bytes[0]! += x + 1;
        return bytes[0];
      };
    },
  ],
  [
    'to the keys of a Map',
    () => {
      const counts = new Map([[{ n: 0 }, 'a']]);
      return (x) => {
        counts.forEach((_name, of) => {
          of.n += x + 1;
        });
        return [...counts.keys()][0]!.n;
      };
    },
  ],
  [
    'by going through it',
    () => {
      const counter = new Counter();
      return () => {
        for (const n of counter) return n;
      };
    },
  ],
  [
    'by taking it apart',
    () => {
      const counter = new Counter();
      return () => {
        const [n] = counter;
        return n;
      };
    },
  ],
  [
    'by spreading it',
    () => {
      const counter = new Counter();
      return () => [...counter][0];
    },
  ],
  [
    'by Array.from',
    () => {
      const counter = new Counter();
      return () => Array.from(counter)[0];
    },
  ],
  [
    'by making a string of it',
    () => {
      const counter = new Counter();
      return () => `${counter}`;
    },
  ],
  [
    'by String',
    () => {
      const counter = new Counter();
      return () => String(counter);
    },
  ],
  [
    'by joining it',
    () => {
      const counters = [new Counter()];
      return () => counters.join();
    },
  ],
  [
    'by calculating with it',
    () => {
      const counter = new Counter();
      return () => Number(counter) + +(counter as never) + (counter as never as number) * 2;
    },
  ],
  [
    'by making JSON of it',
    () => {
      const counter = new Counter();
      return () => JSON.stringify({ counter });
    },
  ],
  [
    'by a getter whose name is computed',
    () => {
      const counter = new Counter();
      return (x) => (x < 9 ? counter[key] : 0);
    },
  ],
  [
    'through this.constructor',
    () => {
      Ids.n = 0;
      return () => new Ids().id;
    },
  ],
  [
    'through new.target',
    () => {
      Numbered.n = 0;
      return () => new Numbered().id;
    },
  ],
];

describe('a write is found that is made', () => {
  test.each(cases)('%s', async (_what, make) => {
    for (const nWorkers of [1, 2]) {
      await expect(new JobRunner(make(), { nWorkers }).runJobs([0, 1])).rejects.toMatchObject({
        code: 'WORKER_NOT_PORTABLE',
        message: expect.stringMatching(/it writes to /),
      });
    }
  });

  test.each(cases)('%s: had it run, it would have been wrong', async (_what, make) => {
    const [loop, threads] = await loopAndThreads(make);
    expect(threads).not.toEqual(loop);
  });
});

test('a write by waiting for a captured instance is found', async () => {
  const thenable = new Thenable();
  for (const nWorkers of [1, 2]) {
    await expect(
      new JobRunner(async (_x: number) => await thenable, { nWorkers }).runJobs([0, 1]),
    ).rejects.toMatchObject({
      code: 'WORKER_NOT_PORTABLE',
      message: expect.stringMatching(/it writes to `thenable`/),
    });
  }
});

test('a write to the globals is found, of which each thread has its own', async () => {
  const globals = () => globalThis as { total?: number };
  const adding = (x: number) => {
    (globalThis as { total?: number }).total = ((globalThis as { total?: number }).total ?? 0) + x;
    return (globalThis as { total?: number }).total;
  };
  const undeclared = new Function('x', 'total = (globalThis.total ?? 0) + x; return total') as Job;
  globals().total = 7;
  try {
    for (const job of [adding, undeclared]) {
      for (const nWorkers of [1, 2]) {
        await expect(new JobRunner(job, { nWorkers }).runJobs([1])).rejects.toMatchObject({
          code: 'WORKER_NOT_PORTABLE',
          message: expect.stringMatching(/it writes to (?:the global )?`total`/),
        });
      }
    }
    const has = new Function('return this.total') as () => unknown;
    expect(await valueFromThread(has)).not.toBe(has());
  } finally {
    delete globals().total;
  }
});

class Span {
  readonly from = 1;
  readonly to = 3;
  *[Symbol.iterator](): Generator<number> {
    for (let n = this.from; n <= this.to; n++) yield n;
  }
  toString(): string {
    return `${this.from}-${this.to}`;
  }
  get size(): number {
    return this.to - this.from + 1;
  }
}
const span = new Span();
const bytes = new Uint8Array([1, 2, 3]);
const size = 'size' as 'size' | 'from';
const ages = new Map([['a', 1]]);

test.each<[string, Job, unknown]>([
  ['going through an instance', () => [...span], [1, 2, 3]],
  ['making a string of one', () => `${span}`, '1-3'],
  ['a getter whose name is computed', () => span[size], 3],
  [
    'reading through views',
    () => new DataView(bytes.buffer).getUint8(1) + new Uint8Array(bytes.buffer)[0]!,
    3,
  ],
  [
    'copying memory',
    () => Buffer.from(bytes.buffer).toString('hex') + bytes.buffer.slice(1).byteLength,
    '0102032',
  ],
  [
    'the keys of a Map',
    () => {
      const seen: unknown[] = [];
      ages.forEach((age, of) => {
        seen.push(of, age);
      });
      return seen;
    },
    ['a', 1],
  ],
])('what writes nothing is none: %s', async (_what, job, expected) => {
  for (const nWorkers of [1, 2])
    expect(await new JobRunner(job, { nWorkers }).runJobs([0])).toEqual([expected]);
});
