// biome-ignore-all lint/suspicious: bad habits are what is tested
// biome-ignore-all lint/complexity: bad habits are what is tested
// biome-ignore-all lint/correctness: bad habits are what is tested
// biome-ignore-all lint/style: bad habits are what is tested
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { JobRunner, ParallelWorker, SharedArray } from 'parajob';
import { describe, expect, test } from 'vitest';

/** Runs a function's text where it knows nothing of its surroundings. */
function elsewhere(fn: (x: number) => unknown): unknown {
  const own = new Function(`return (${fn})`)() as (x: number) => unknown;
  return own(1);
}

class Account {
  readonly #balance: number = 5;
  readonly rate: number = 3;
  static readonly #fee: number = 2;
  scaled(): (x: number) => number {
    return (x) => x * this.rate;
  }
  counted(..._rest: number[]): (x: number) => number {
    return (x) => x * arguments.length;
  }
  made(): (x: number) => boolean {
    // @ts-expect-error: TypeScript knows it from functions only
    return (x) => x > 0 && new.target === undefined;
  }
  balance(): number {
    return this.#balance;
  }
  feeOf(account: Account): number {
    return account instanceof Account ? Account.#fee : 0;
  }
  readonly isOne = (x: object): boolean => #balance in x;
}
class Savings extends Account {
  override balance(): number {
    return super.balance() + 1;
  }
}
const savings = new Savings();

describe('a function that is tied to its place is refused', () => {
  test.each<[string, (x: number) => unknown, RegExp]>([
    ['this', new Account().scaled(), /`this` of the function around it.*refusals\.test\.ts:\d+/],
    ['arguments', new Account().counted(1, 2), /`arguments` of the function around it/],
    ['new.target', new Account().made(), /`new.target` of the function around it/],
    ['super', savings.balance as (x: number) => number, /`super`/],
    ['a private member', new Account().isOne as never, /#balance of the class around it/],
    // biome-ignore lint/security/noGlobalEval: it is what is tested
    ['eval', (x) => eval('x + elsewhere.length'), /`eval` decides only when it runs/],
    ['with', sloppy('const o = { a: 7 }; with (o) { return (x) => a * x }'), /`with` decides/],
    ['eval around it', sloppy('eval("var hidden = 8"); return (x) => hidden * x'), /an `eval` around it/],
    [
      'a getter',
      Object.getOwnPropertyDescriptor(
        {
          get seven() {
            return 7;
          },
        },
        'seven',
      )!.get as never,
      /getter/,
    ],
  ])('by %s', async (_what, fn, message) => {
    // Had its text been sent, it would have failed, or given something else.
    expect(() => expect(elsewhere(fn)).toEqual(savings.rate)).toThrow();
    for (const nWorkers of [1, 2]) {
      await expect(new JobRunner(fn, { nWorkers }).runJobs([1])).rejects.toMatchObject({
        code: 'WORKER_NOT_PORTABLE',
        message: expect.stringMatching(message),
      });
    }
  });
});

describe('a function is refused that has captured', () => {
  const server = createServer();
  const nested = { deep: [{ server }] };
  const token = Symbol('token');
  const live = {
    get now() {
      return performance.now();
    },
  };
  const hidden = Object.defineProperty({}, 'x', { value: 1 });
  const marked = { [token]: 1 };
  const proxy = new Proxy({ a: 1 }, { get: () => 7 });
  const trapped = new Proxy({ a: 1 }, { getOwnPropertyDescriptor: () => expect.fail('a trap has run') });
  const inheriting = Object.create({ base: 1 }) as { base: number };
  class Stack extends Array<number> {}
  const stack = Stack.from([1]);
  class Recording extends SharedArray<'float64'> {
    readonly rate = 20_000;
  }
  const recording = new Recording('float64', 1, new SharedArrayBuffer(8));
  const session = { recordings: [recording] };
  class Lost extends RangeError {}
  const lost = new Lost('x');
  const walk = [1, 2][Symbol.iterator]();
  const weak = new WeakMap();
  const promise = Promise.resolve(1);
  const runner = new JobRunner(Math.sqrt);
  const bound = Math.max.bind(null, 3);
  const account = new Account();
  const decoder = new TextDecoder();
  const half = Object.defineProperty((x: number): number => x / 2, 'name', { value: Symbol('half') });
  const gone = new Float64Array(4);
  structuredClone(gone, { transfer: [gone.buffer] });
  const ofFunctions = new Map([[(x: number) => x, 1]]);
  function OldStyle(this: { x: number }): void {
    this.x = 1;
  }
  OldStyle.prototype.twice = function twice(this: { x: number }) {
    return 2 * this.x;
  };
  class Patched {
    one(): number {
      return 1;
    }
  }
  Patched.prototype.one = () => 2;

  class Decorated {
    one(): number {
      return 1;
    }
  }
  // As TypeScript and esbuild leave it.
  Object.assign(Decorated, { [Symbol('Symbol.metadata')]: {} });
  Decorated.prototype.one = () => 2;

  test.each<[string, (x: number) => unknown, RegExp]>([
    ['a server', () => server.listening, /`server` is an instance of Server/],
    [
      'a server, deep inside',
      () => nested.deep.length,
      /`nested\.deep\[0\]\.server` is an instance of Server/,
    ],
    ['a symbol', () => String(token), /`token` is a symbol/],
    ['a getter', () => live.now, /`live` has a getter, `now`/],
    ['a hidden property', () => (hidden as { x?: number }).x, /`hidden` has a hidden property, `x`/],
    [
      'a property named by a symbol',
      () => Object.getOwnPropertySymbols(marked).length,
      /`marked` has a property named by a symbol/,
    ],
    ['a proxy', () => proxy.a, /`proxy` is a Proxy/],
    ['a proxy with traps for its properties', () => trapped.a, /`trapped` is a Proxy/],
    ['an object that inherits', () => inheriting.base, /`inheriting` inherits from another object/],
    ['a subclass of Array', () => stack instanceof Stack, /`stack` is an instance of Stack/],
    ['a subclass of SharedArray', (x) => x / recording.rate, /`recording` is an instance of Recording/],
    [
      'one deep inside',
      (x) => x / session.recordings[0]!.rate,
      /`session\.recordings\[0\]` is an instance of Recording, which would arrive as a SharedArray/,
    ],
    ['an error of its own class', () => lost instanceof Lost, /`lost` is an instance of Lost/],
    ['an iterator', () => walk.next().value, /`walk` is an instance of/],
    ['a WeakMap', () => weak.has(weak), /`weak` is an instance of WeakMap/],
    ['a promise', () => promise, /`promise` is an instance of Promise/],
    ['a runner', () => runner.nWorkers, /`runner` is an instance of JobRunner/],
    [
      'a bound function',
      (x) => bound(x),
      /`bound` is a function that no thread can find \(.*bound functions/,
    ],
    ['private state', () => account.balance(), /`account` is an instance of Account, whose private members/],
    [
      'a function called by a symbol',
      (x) => [half(x), String(half.name)],
      /`the function\.name` is a symbol/,
    ],
    [
      'memory that is gone',
      () => gone.at(0)!.toFixed(1),
      /it uses `gone`, which is memory that has been moved elsewhere, and that cannot cross a thread\. /,
    ],
    ['a decoder', () => decoder.decode(), /`decoder` is an instance of TextDecoder/],
    ['a function for a key', () => ofFunctions.size, /`ofFunctions` is a Map with functions for keys/],
    [
      'methods of the old style',
      () => new (OldStyle as unknown as new () => { twice(): number })().twice(),
      /methods have been added to its prototype/,
    ],
    ['a class with decorators', () => new Decorated().one(), /`Decorated` has decorators, which run once/],
    [
      'a class that has been changed',
      () => new Patched().one(),
      /the prototype of `Patched` has been changed/,
    ],
  ])('%s', async (_what, fn, message) => {
    expect(() => expect(elsewhere(fn)).toEqual(fn(1))).toThrow();
    for (const nWorkers of [1, 2]) {
      await expect(new JobRunner(fn, { nWorkers }).runJobs([1])).rejects.toMatchObject({
        code: 'WORKER_NOT_PORTABLE',
        message: expect.stringMatching(message),
      });
    }
  });

  test('a variable that is called as import.meta is in threads', async () => {
    const load = createRequire(import.meta.url)('../helpers/native-import.cjs');
    const script = new URL('../fixtures/scripts/own-meta.mjs', import.meta.url).href;
    const [job] = ((await load(script)) as { jobs: [() => string[]] }).jobs;
    expect(job()[0]).toBe('own');
    for (const nWorkers of [1, 2]) {
      await expect(new JobRunner(job, { nWorkers }).runJobs({ nJobs: 1 })).rejects.toMatchObject({
        code: 'WORKER_NOT_PORTABLE',
        message: expect.stringMatching(/`import\.meta` and a variable `import_meta` \(at .*own-meta\.mjs:2:/),
      });
    }
  });

  test('a variable that has no value yet', async () => {
    const early = new JobRunner((x: number) => x * later).runJobs([1]);
    const later = Number('3');
    await expect(early).rejects.toMatchObject({
      code: 'WORKER_NOT_PORTABLE',
      message: expect.stringMatching(/`later` \(declared at .*, used at .*\), which has no value yet/),
    });
    expect(await new JobRunner((x: number) => x * later).runJobs([1])).toEqual([3]);
  });

  test('a class with a field whose name is computed from what may have changed', async () => {
    let key = 'before';
    class Keyed {
      [key] = 1;
    }
    key = 'after';
    await expect(new JobRunner((_x: number) => [Object.keys(new Keyed()), key]).runJobs([1])).rejects.toThrow(
      /one of its members is computed/,
    );
  });

  test('a worker class with a base that waits', async () => {
    const Base = async () => ParallelWorker;
    class Awaited extends (await Base()) {
      paraMethod(x: number): number {
        return x;
      }
    }
    await expect(new JobRunner(Awaited).runJobs([1])).resolves.toEqual([1]);
  });
});

/** Code that no module can have. */
function sloppy(body: string): (x: number) => unknown {
  return new Function(body)() as (x: number) => unknown;
}
