// biome-ignore-all lint/suspicious: bad habits are what is tested
// biome-ignore-all lint/complexity: bad habits are what is tested
import { JobRunner } from 'parajob';
import { describe, expect, test } from 'vitest';
import { put } from '../fixtures/jobs/put.ts';
import { valueFromThread } from '../resolve/in-a-thread.ts';

type Job = (x: number) => unknown;
const extended = Array.prototype as unknown[] & { last?: unknown; n?: number };

const { assign } = Object;
const ofArrays = Array.prototype;
const { slice } = ofArrays;

class Tally {
  count(): number {
    const shared = Object.getPrototypeOf(this) as { n?: number };
    shared.n = (shared.n ?? 0) + 1;
    return shared.n;
  }
}

describe.each([1, 2])('with %i worker(s)', (nWorkers) => {
  test.each<[string, string, Job]>([
    ['a prototype', 'Array.prototype', () => ((Array.prototype as typeof extended).last = 1)],
    [
      'one by a name',
      'Array',
      () => {
        const prototype = Array.prototype as typeof extended;
        prototype.n = 1;
      },
    ],
    [
      'one by a pattern',
      'Array',
      () => {
        const { prototype } = Array;
        (prototype as typeof extended).n = 1;
      },
    ],
    ['one in a helper', 'Array', () => ((put: object) => Object.assign(put, { n: 1 }))(Array.prototype)],
    ['a setting', 'Error.stackTraceLimit', () => (Error.stackTraceLimit = 50)],
    ['one that is counted', 'Error.stackTraceLimit', () => Error.stackTraceLimit++],
    ['how the program ends', 'process.exitCode', () => (process.exitCode = 1)],
    [
      'the same by a name',
      'process',
      () => {
        const self = process;
        self.exitCode = 1;
      },
    ],
    ['a function', 'Math.random', () => (Math.random = () => 0.5)],
    ['all of them', 'globalThis', () => Object.assign(globalThis, { n: 1 })],
    ['one of them', 'n', () => ((globalThis as { n?: number }).n = 1)],
    [
      'what is deleted',
      'Array.prototype.at',
      () => Reflect.deleteProperty({}, 'at') && delete (Array.prototype as { at?: unknown }).at,
    ],
  ])('refused as a write to a global: %s', async (_what, path, job) => {
    await expect(new JobRunner(job, { nWorkers }).runJobs([1, 2])).rejects.toMatchObject({
      code: 'WORKER_NOT_PORTABLE',
      message: expect.stringMatching(
        new RegExp(
          `it writes to the global \`${path.replaceAll('.', '\\.')}[^\`]*\` \\(at \\S+:\\d+:\\d+\\)`,
        ),
      ),
    });
  });

  test('refused when jobs have run: one to what all instances inherit from', async () => {
    await expect(
      new JobRunner((_x: number) => new Tally().count(), { nWorkers }).runJobs([1, 2]),
    ).rejects.toMatchObject({
      code: 'WORKER_NOT_PORTABLE',
      message: expect.stringContaining('it writes to `Tally.prototype` (when its jobs run)'),
    });
    Reflect.deleteProperty(Tally.prototype, 'n');
  });

  test.each<[string, string, Job]>([
    ['in a list', '`Math`', () => [Math].forEach((each) => put(each, 'n', 1))],
    [
      'in a loop',
      '`(?:Array|Map)`',
      () => {
        for (const kind of [Array, Map]) put(kind.prototype, 'n', 1);
      },
    ],
    [
      'one of two',
      '`(?:Map|Set)`',
      (x) => {
        const kind = x > 0 ? Set : Map;
        (kind as { n?: number }).n = x;
      },
    ],
    ['by a function with another name', '`Math`', (x) => assign(Math, { n: x })],
    ['by one that is applied', '`Math`', (x) => Object.assign.apply(null, [Math, { n: x }] as never)],
    [
      'a default value',
      '`Math`',
      (x) =>
        (({ to = Math } = {}) => {
          (to as { n?: number }).n = x;
        })(),
    ],
    ['in a library', '`Math`', (x) => put(Math, 'n', x)],
    [
      'what literals inherit',
      'a global that it does not name',
      (x) => {
        Object.getPrototypeOf([]).n = x;
      },
    ],
    [
      'what makes literals',
      'a global that it does not name',
      (x) => {
        ([] as { constructor: { n?: number } } & unknown[]).constructor.n = x;
      },
    ],
    ['in a text', 'a global that it does not name', (x) => new Function('x', 'this.n = x')(x)],
  ])('refused when jobs have run, as a write to a global: %s', async (_what, which, job) => {
    try {
      await expect(new JobRunner(job, { nWorkers }).runJobs([1, 2])).rejects.toMatchObject({
        code: 'WORKER_NOT_PORTABLE',
        message: expect.stringMatching(new RegExp(`it writes to (?:the global )?${which} \\(`)),
      });
    } finally {
      for (const holder of [Math, Array, Array.prototype, Map, Map.prototype, Set, globalThis])
        Reflect.deleteProperty(holder, 'n');
    }
  });

  test('reading globals, and making things by them, is none', async () => {
    const { sqrt } = Math;
    const jobs: ((x: number) => unknown)[] = [
      (x: number) => Array.prototype.slice.call([x, 2], 0, 1),
      (x) => {
        const { max } = Math;
        const own = Object.create(Array.prototype) as { x?: number };
        own.x = max(x, sqrt(16));
        return own.x;
      },
      (x) =>
        ((kind: Float64ArrayConstructor) => {
          const made = new kind(1);
          made[0] = x;
          return made[0];
        })(Float64Array),
      (x) => [x, process.env.LANG === undefined, typeof process.memoryUsage().rss],
      (x) => [(process.env.PARAJOB_SETTING = `${x}`), process.env.PARAJOB_SETTING],
      (x) => ((process as { seen?: number }).seen = x),
      (x) => [typeof process.cwd(), process.argv.length > x, Object.keys(process).includes('nowhere')],
      (x) => [Array, Set].map((kind) => kind.name.length + x),
      (x) => {
        const error = new Error('mine');
        error.message = `${x}`;
        return error.message;
      },
      (x) => Object.entries({ x }).map(([key, value]) => key + value),
      (x) => {
        const made = JSON.parse('{}');
        made.x = x;
        return made;
      },
      (x) => {
        const when = new Date(0);
        when.setFullYear(2000 + x);
        return when.getFullYear();
      },
      (x) => Object.getPrototypeOf(new Set([x])) === Set.prototype,
      (x) => new Function('x', 'return 2 * x')(x),
      (x) => [Math, JSON].map((each) => `${each}${x}`),
      (x) => [new Map([[x, x]]).constructor.name, typeof structuredClone, typeof CustomEvent],
      (x) => slice.call([x, 2, 3], 1),
      (x) => ofArrays.slice.call([x, 2, 3], 1),
    ];
    for (const job of jobs) expect(await new JobRunner(job, { nWorkers }).runJobs([1])).toEqual([job(1)]);
    delete process.env.PARAJOB_SETTING;
  });
});

test('a job that writes to globals would have been wrong', async () => {
  // Through `this`, which is nobody's name.
  const counts = new Function(
    'const list = this.Array.prototype; return list.n = (list.n ?? 0) + 1',
  ) as () => unknown;
  try {
    expect([counts(), counts(), await valueFromThread(counts)]).toEqual([1, 2, 1]);
  } finally {
    delete extended.n;
  }
});

test('one that says how the program ends would have been lost', async () => {
  const end = new Function('this.process.exitCode = 3') as () => unknown;
  const before = process.exitCode;
  try {
    await valueFromThread(end);
    expect(process.exitCode).toBe(before);
    end();
    expect(process.exitCode).toBe(3);
  } finally {
    process.exitCode = before;
  }
});
