// biome-ignore-all lint: bad habits are what is tested
import { JobRunner } from 'parajob';
import { describe, expect, test } from 'vitest';

type Job = (x: number) => unknown;

/** Sloppy code, as scripts in CommonJS have it. */
function sloppy(body: string): Job {
  return new Function(body)() as Job;
}

const name = 'named';
class Computed {
  [name](): number {
    return 4;
  }
  static [`${name}Too`](): number {
    return 5;
  }
  *[Symbol.iterator](): Generator<number> {
    yield 6;
  }
  static [Symbol.hasInstance](): boolean {
    return true;
  }
}
class Bare extends (null as never as ObjectConstructor) {
  static readonly three = 3;
}
let changing = 'before';
class Keyed {
  [changing](): number {
    return 1;
  }
}
changing = 'after';
const linked: { next?: object } = {};
let last: { next?: object } = linked;
for (let i = 0; i < 500; i++) last = last.next = {};

describe.each([1, 2])('with %i workers, it is as it was written:', (nWorkers) => {
  test.each<[string, Job, unknown]>([
    [
      'members of computed names',
      () => {
        const it = new Computed() as unknown as { named(): number } & Iterable<number>;
        const { namedToo } = Computed as unknown as { namedToo(): number };
        return [it.named(), namedToo(), [...it], Object(1) instanceof (Computed as never as typeof Object)];
      },
      [4, 5, [6], true],
    ],
    [
      'a member whose name was computed from what has changed',
      () => [Reflect.ownKeys(Keyed.prototype), changing],
      [['constructor', 'before'], 'after'],
    ],
    ['a class that extends null', () => [Bare.three, Object.getPrototypeOf(Bare.prototype)], [3, null]],
    [
      'a strict function of a sloppy script',
      sloppy('return (function () { "use strict"; return function () { return this === undefined } })()'),
      true,
    ],
    [
      'arguments of a strict helper',
      sloppy(
        'const h = (function () { "use strict"; return function (a) { a = 9; return arguments[0] } })(); return (x) => h(x)',
      ),
      1,
    ],
    [
      'a method of a class of a sloppy script',
      sloppy('class A { static who() { return this === undefined } } return A.who'),
      true,
    ],
    ['a sloppy function', sloppy('return function () { return typeof this }'), 'object'],
    [
      'a function called require',
      sloppy(
        'const require = (s) => ({ sep: s }); const { sep } = require("node:path"); return (x) => sep + x',
      ),
      'node:path1',
    ],
    ['a chain of objects', () => JSON.stringify(linked).length > 500, true],
  ])('%s', async (_what, job, expected) => {
    expect(await new JobRunner(job, { nWorkers }).runJobs([1])).toEqual([expected]);
  });
});

const key = Symbol('key');
const marked = Object.assign((x: number) => x, { [key]: 5 });
class MarkedClass {
  static one = 1;
}
Object.assign(MarkedClass, { [key]: 5 });
class Shortened {
  toString(): string {
    return 'short';
  }
}
delete (Shortened.prototype as { toString?: unknown }).toString;
class ShortenedByKey {
  [Symbol.toPrimitive](): string {
    return 'short';
  }
}
delete (ShortenedByKey.prototype as { [Symbol.toPrimitive]?: unknown })[Symbol.toPrimitive];
class Lengthened {}
Object.assign(Lengthened.prototype, { [Symbol.toPrimitive]: () => 7 });
class Below {}
class Other {}
class Moved extends Below {}
Object.setPrototypeOf(Moved.prototype, Other.prototype);
class MovedStatics {}
Object.setPrototypeOf(MovedStatics, Other);
function Old(this: object): void {}
Object.setPrototypeOf(Old.prototype, Below.prototype);
const bare = Object.setPrototypeOf((x: number) => x, null) as Job;
let deepest: { next?: object } = {};
const deep = deepest;
for (let i = 0; i < 10_000; i++) deepest = deepest.next = {};

test.each<[string, Job, RegExp]>([
  ['a function with a symbol', () => marked.length, /has a property named by a symbol/],
  ['a class with a symbol', () => MarkedClass.one, /`MarkedClass` has a property named by a symbol/],
  [
    'a class without one of its methods',
    () => `${new Shortened()}`,
    /prototype of `Shortened` has been changed/,
  ],
  [
    'one of a computed name',
    () => `${new ShortenedByKey()}`,
    /prototype of `ShortenedByKey` has been changed/,
  ],
  ['a class with another method', () => `${new Lengthened()}`, /prototype of `Lengthened` has been changed/],
  ['a class with another base', () => new Moved() instanceof Other, /prototype of `Moved` has been changed/],
  ['a class with other statics', () => MovedStatics.name, /prototype of `MovedStatics` has been changed/],
  ['a constructor with a base', () => new (Old as never as typeof Below)() instanceof Below, /its prototype/],
  ['a function without prototype', () => typeof bare, /its prototype/],
  ['what is nested 10,000 deep', () => deep.next, /nested too deeply/],
])('what is not is refused: %s', async (_what, job, message) => {
  for (const nWorkers of [1, 2]) {
    await expect(new JobRunner(job, { nWorkers }).runJobs([1])).rejects.toMatchObject({
      code: 'WORKER_NOT_PORTABLE',
      message: expect.stringMatching(message),
    });
  }
});
