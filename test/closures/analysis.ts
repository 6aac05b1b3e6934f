// biome-ignore-all lint/suspicious: written as people write analysis scripts
// biome-ignore-all lint/complexity: written as people write analysis scripts
// biome-ignore-all lint/correctness: written as people write analysis scripts
// biome-ignore-all lint/style: written as people write analysis scripts
import * as path from 'node:path';
import { basename, join } from 'node:path';
import { type Job, JobRunner, ParallelWorker, partial, SharedArray, sharedCopy } from 'parajob';
import { mean as average, quantile, variance } from 'simple-statistics';

/** How people write analysis scripts: each entry is a job, and inputs for it. */
export type Case = readonly [what: string, worker: never, inputs: readonly unknown[]];

// Constants, computed and literal.
const SCALE = 2.5;
const RATE = 1 / Math.sqrt(250);
const LIMITS = { low: -1, high: 1 } as const;
const [FIRST, , THIRD = 30, ...OTHERS] = [10, 20, undefined, 40, 50];
const {
  depth,
  inner: { name: innerName },
  ...settings
} = { depth: 3, inner: { name: 'x' }, gain: 4, offset: 5 };
let later: number | undefined;
let reassigned = 1;
reassigned = 7;
const started = new Date('2024-02-29T12:00:00Z');
const bigFactor = 12_345_678_901_234_567_890n;
const nothing = undefined;
const none = null;
const notANumber = Number.NaN;
const negativeZero = -0;

// Tables.
const table = new Map<string, number>([['a', 1]]);
for (const [i, letter] of [...'bcd'].entries()) table.set(letter, i + 2);
const stopWords = new Set(['the', 'of', 'and']);
const rows = Array.from({ length: 20 }, (_, i) => ({ id: i, group: i % 3 ? 'x' : 'y', value: i * i }));
const byGroup: Record<string, typeof rows> = {};
for (const row of rows) (byGroup[row.group] ??= []).push(row);
const counts: Record<string, number> = Object.create(null);
for (const word of ['constructor', 'a', 'a']) counts[word] = (counts[word] ?? 0) + 1;
const window = Float64Array.from({ length: 64 }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / 63));
const view = window.subarray(8, 24);
const shared = sharedCopy(Float64Array.from({ length: 100 }, (_, i) => i));
const recording = SharedArray.from(
  [
    [1, 2, 3],
    [4, 5, 6],
  ],
  [2, 3],
);
const sparse = [1, , 3];
const circle: { self?: unknown; size: number } = { size: 4 };
circle.self = circle;
const twice = { left: rows, right: rows };
const months = 'jan feb mar'.split(' ');
const pattern = /(?<year>\d{4})-(?<month>\d\d)/;
const match = pattern.exec('seen 2024-05');

// Functions that use one another.
const half = (x: number): number => x / 2;
function quarter(x: number): number {
  return half(half(x));
}
function isEven(n: number): boolean {
  return n === 0 || isOdd(n - 1);
}
function isOdd(n: number): boolean {
  return n !== 0 && isEven(n - 1);
}
function* upTo(n: number): Generator<number> {
  for (let i = 0; i < n; i++) yield i;
}
const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
const compose =
  <A, B, C>(f: (a: A) => B, g: (b: B) => C) =>
  (a: A): C =>
    g(f(a));
const scaled = (k: number) => (x: number) => k * x;
const double = scaled(2);
const triple = scaled(3);
const pipeline = [double, half, Math.abs, triple];
const metrics: Record<string, (xs: number[]) => number> = {
  mean: (xs) => xs.reduce((sum, x) => sum + x, 0) / xs.length,
  spread: (xs) => Math.max(...xs) - Math.min(...xs),
  variance,
  count(xs) {
    return xs.length;
  },
};
const byName = new Map<string, (x: number) => number>([
  ['half', half],
  ['sqrt', Math.sqrt],
]);
const { floor, max } = Math;
const { log: logOf } = Math;
const M = Math;
const has = Object.prototype.hasOwnProperty;
const { slice } = Array.prototype;
const loop: ((x: number) => number)[] = [];
for (let i = 0; i < 3; i++) loop.push((x) => x + i);
const format = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });
const euros = (x: number): string =>
  new Intl.NumberFormat('en', { style: 'currency', currency: 'EUR' }).format(x);

// Seeded random numbers whose state is made inside.
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

// Classes.
class Shape {
  static readonly unit: string = 'm';
  static made = 0;
  readonly #sides: number;
  constructor(sides: number) {
    this.#sides = sides;
  }
  get sides(): number {
    return this.#sides;
  }
  area(): number {
    return 0;
  }
  toString(): string {
    return `${this.constructor.name} of ${this.sides} sides, ${this.area()} ${Shape.unit}`;
  }
}
Shape.made = 41;
class Square extends Shape {
  static readonly sides = 4;
  static #known = new Map<number, number>();
  static {
    for (const n of [1, 2, 3]) Square.#known.set(n, n * n * SCALE);
  }
  static lookUp(n: number): number | undefined {
    return Square.#known.get(n);
  }
  readonly length: number;
  constructor(length: number) {
    super(Square.sides);
    this.length = length;
  }
  override area(): number {
    return this.length ** 2;
  }
}
const Cube = class extends Square {
  override area(): number {
    return 6 * super.area();
  }
};
class Point {
  x = 0;
  y = 0;
  static origin = new Point();
  static of(x: number, y: number): Point {
    return Object.assign(new Point(), { x, y });
  }
  distance(to: Point = Point.origin): number {
    return Math.hypot(this.x - to.x, this.y - to.y);
  }
  get norm(): number {
    return this.distance();
  }
}
const corner = Point.of(3, 4);
const path3 = [Point.of(0, 0), Point.of(0, 5), corner];
class Model {
  readonly weights: Float64Array;
  readonly names: Map<string, number>;
  bias = 0;
  constructor(weights: number[]) {
    this.weights = Float64Array.from(weights);
    this.names = new Map([['w', weights.length]]);
  }
  fit(bias: number): this {
    this.bias = bias;
    return this;
  }
  predict(xs: number[]): number {
    return xs.reduce((sum, x, i) => sum + x * (this.weights[i] ?? 0), this.bias);
  }
}
class Logistic extends Model {
  override predict(xs: number[]): number {
    return 1 / (1 + Math.exp(-super.predict(xs)));
  }
}
const model = new Logistic([0.1, 0.2, 0.3]).fit(0.5);
const withMixin = <T extends new (...args: never[]) => Model>(Base: T) =>
  class Mixed extends (Base as unknown as typeof Model) {
    twice(xs: number[]): number {
      return 2 * this.predict(xs);
    }
  };
class Doubled extends withMixin(Model) {}
class OutOfRange extends RangeError {
  readonly limit: number;
  constructor(limit: number) {
    super(`over ${limit}`);
    this.name = 'OutOfRange';
    this.limit = limit;
  }
}
class Spectrum extends ParallelWorker {
  readonly scale: number;
  #calls = 0;
  constructor(scale: number = SCALE) {
    super();
    this.scale = scale;
  }
  override mapJob({ place, input }: Job<number[]>) {
    return { place, args: [input, this.scale] as const };
  }
  paraMethod(xs: number[], scale: number): number {
    this.#calls++;
    return this.#calls > 0 ? average(xs) * scale * window.length : 0;
  }
}
class WideSpectrum extends Spectrum {
  override paraMethod(xs: number[], scale: number): number {
    return super.paraMethod(xs, scale) + table.size;
  }
}
class Bootstrap extends ParallelWorker {
  readonly cache = new Map<number, number>();
  paraMethod(seed: number): number {
    const random = mulberry(seed);
    const known =
      this.cache.get(seed) ??
      average(Array.from({ length: 50 }, () => rows[floor(random() * rows.length)]!.value));
    this.cache.set(seed, known);
    return known;
  }
}
function outer(): (x: number) => number {
  const scale = 10;
  const helper = (x: number): number => x * scale;
  return (x) => helper(x) + SCALE;
}
const shadowing = (() => {
  const half = (x: number): number => x / 3;
  return (x: number) => half(quarter(x));
})();
function remember<T>(fn: (x: number) => T): (x: number) => T {
  return (x) => {
    const known = new Map<number, T>();
    if (!known.has(x)) known.set(x, fn(x));
    return known.get(x) as T;
  };
}
const label = Object.assign((x: number) => `${label.prefix}${x}`, { prefix: '#' });
const numbers = [5, 3, 8, 1];
later = 9;

const worker = (value: unknown): never => value as never;
const ns = [0, 1, 2, 3, 4, 5];
const lists = [[1, 2, 3], [4, 6], [7]];

export const cases: readonly Case[] = [
  ['a constant', worker((x: number) => x * SCALE), ns],
  ['a computed constant', worker((x: number) => x * RATE), ns],
  ['an object of limits', worker((x: number) => Math.min(LIMITS.high, Math.max(LIMITS.low, x - 2))), ns],
  ['an array pattern', worker((x: number) => [x, FIRST, THIRD, ...OTHERS]), ns],
  ['an object pattern', worker((x: number) => [x, depth, innerName, settings]), ns],
  ['a variable set later', worker((x: number) => x + later!), ns],
  ['a variable set again', worker((x: number) => x + reassigned), ns],
  ['a date', worker((x: number) => started.getTime() + x), ns],
  ['a bigint', worker((x: number) => bigFactor * BigInt(x)), ns],
  ['nothing, null, NaN and -0', worker(() => [nothing, none, notANumber, 1 / negativeZero]), ns],
  ['a table', worker((key: string) => table.get(key) ?? -1), ['a', 'd', 'z']],
  [
    'a set',
    worker((text: string) => text.split(' ').filter((word) => !stopWords.has(word))),
    ['the end of it'],
  ],
  ['rows', worker((id: number) => rows.find((row) => row.id === id)?.value), ns],
  ['rows, sorted in a copy', worker((n: number) => [...rows].sort((a, b) => b.value - a.value)[n]), ns],
  [
    'rows, sliced and reversed',
    worker((n: number) =>
      rows
        .slice(0, n)
        .reverse()
        .map((row) => row.id),
    ),
    ns,
  ],
  ['groups', worker((group: string) => byGroup[group]?.length), ['x', 'y']],
  [
    'counts without a prototype',
    worker((word: string) => [counts[word] ?? 0, word in counts]),
    ['a', 'constructor', 'toString'],
  ],
  ['a window', worker((n: number) => average([...window.subarray(0, n + 1)])), ns],
  ['a view of a window', worker((n: number) => [view[n], view.length]), [0, 1]],
  ['a shared vector', worker((n: number) => shared[n]! * 2), ns],
  ['a shared matrix', worker((n: number) => [...recording.row(n)]), [0, 1]],
  ['a sparse array', worker((n: number) => [n in sparse, sparse.length]), [0, 1, 2]],
  [
    'a circle',
    worker((x: number) => (circle.self as typeof circle).size + x + Number(circle.self === circle)),
    ns,
  ],
  ['one object in two places', worker(() => twice.left === twice.right && twice.left === rows), ns],
  ['strings', worker((n: number) => months[n]?.toUpperCase()), ns],
  ['a pattern', worker((text: string) => pattern.exec(text)?.groups?.month), ['on 2021-03-04', 'never']],
  ['a match', worker(() => [match?.[0], match?.index, match?.groups?.year]), [0]],
  ['a helper of a helper', worker(quarter), ns],
  ['mutual recursion', worker((n: number) => isEven(n)), ns],
  ['recursion of an arrow function', worker(factorial), ns],
  ['a generator', worker((n: number) => [...upTo(n)].map(half)), ns],
  ['an async function', worker(async (x: number) => (await Promise.resolve(x)) * SCALE), ns],
  ['a composed function', worker(compose(double, half)), ns],
  ['composed twice', worker(compose(compose(double, half), (x: number) => x + FIRST!)), ns],
  ['a closure of a factory', worker(triple), ns],
  ['two closures of a factory', worker((x: number) => double(x) - triple(x)), ns],
  ['a pipeline', worker((x: number) => pipeline.reduce((value, step) => step(value), -x)), ns],
  [
    'a table of functions',
    worker((xs: number[]) => Object.entries(metrics).map(([name, metric]) => [name, metric(xs)])),
    lists,
  ],
  ['a map of functions', worker((x: number) => [...byName].map(([name, fn]) => [name, fn(x)])), ns],
  ['functions made in a loop', worker((x: number) => loop.map((fn) => fn(x))), ns],
  ['one function made in a loop', worker(loop[1]), ns],
  ['natives under other names', worker((x: number) => max(floor(x / 2), logOf(x + 1))), ns],
  ['a global under another name', worker((x: number) => M.sqrt(x)), ns],
  ['a method of a prototype', worker((key: string) => has.call(LIMITS, key)), ['low', 'toString']],
  ['a method of arrays', worker((n: number) => slice.call(numbers, n)), ns],
  ['a formatter made inside', worker((x: number) => euros(x)), ns],
  ['a seed', worker((seed: number) => Array.from({ length: 3 }, mulberry(seed))), ns],
  ['a library function', worker((xs: number[]) => variance(xs) + average(xs)), lists],
  ['a partial', worker(partial(quantile, 0.5)), lists],
  ['a partial of a closure', worker(partial((x: number, k: number) => x * k * SCALE, 3)), ns],
  ['a namespace', worker((name: string) => path.extname(join('a', basename(name)))), ['b.txt', 'c']],
  ['an instance made inside', worker((n: number) => String(new Square(n))), ns],
  ['a class expression', worker((n: number) => String(new Cube(n))), ns],
  ['static members', worker((n: number) => [Shape.unit, Shape.made, Square.lookUp(n)]), ns],
  [
    'an instance',
    worker((x: number) => [corner.distance(Point.of(x, 0)), corner.norm, corner instanceof Point]),
    ns,
  ],
  ['instances in an array', worker((n: number) => path3.slice(0, n).map((point) => point.norm)), ns],
  [
    'an instance of a class with a base',
    worker((xs: number[]) => [model.predict(xs), model.names.get('w')]),
    lists,
  ],
  ['a class with a mixin', worker((xs: number[]) => new Doubled([1, 2]).twice(xs)), lists],
  [
    'an error of its own',
    worker((x: number) => {
      try {
        if (x > 2) throw new OutOfRange(2);
        return x;
      } catch (error) {
        return (error as OutOfRange).limit;
      }
    }),
    ns,
  ],
  ['a worker class', worker(Spectrum), lists],
  ['a worker class with a base', worker(WideSpectrum), lists],
  ['a worker class with a memory of its own', worker(Bootstrap), [1, 2, 1]],
  ['nested factories', worker(outer()), ns],
  ['two variables of one name', worker(shadowing), ns],
  ['a wrapped function', worker(remember((x) => factorial(x) * SCALE)), ns],
  ['a function with a property', worker((x: number) => label(x)), ns],
  ['default arguments', worker((x: number, k = SCALE, { by = FIRST } = {}) => x * k + by!), ns],
  ['a template', worker((x: number) => `${innerName}: ${x.toFixed(depth)}`), ns],
  [
    'a name of a local variable',
    worker((x: number) => {
      const SCALE = x;
      return SCALE;
    }),
    ns,
  ],
  [
    'a label and a switch',
    worker((x: number) => {
      outer: for (const n of numbers) {
        switch (n) {
          case x:
            break outer;
          default:
            if (n > 7) return n;
        }
      }
      return SCALE;
    }),
    ns,
  ],
  [
    'a local copy that is changed',
    worker((x: number) => {
      const copy = [...numbers];
      copy.push(x);
      copy.sort((a, b) => a - b);
      return copy;
    }),
    ns,
  ],
  [
    'a spread object that is changed',
    worker((x: number) => {
      const own = { ...settings, gain: x };
      own.offset++;
      return own;
    }),
    ns,
  ],
  [
    'typeof something that is not there',
    worker(() => typeof (globalThis as { nowhere?: unknown }).nowhere),
    [0],
  ],
  [
    'a job that maps by itself',
    worker(async (x: number) => await new JobRunner((y: number) => y * x * SCALE).runJobs([1, 2])),
    [1, 2],
  ],
];

/** Captured, but of a kind that cannot travel. */
export const withFormatter = (x: number): string => format.format(x);
