import { JobRunner } from 'parajob';
import { describe, expect, test } from 'vitest';

const frozen = Object.freeze({ a: 1 });
const pattern = /a/g;
pattern.lastIndex = 2;

class Model {
  readonly limits = Object.freeze([1, 2]);
  readonly raw = Buffer.from('q');
  static readonly options = { twice: (x: number) => 2 * x, limits: Object.freeze([7]) };
  plus(x: number): number {
    return x + 1;
  }
}
const withLimits = { plus: (x: number) => x + 1, limits: Object.freeze([1, 2]) };
const withBuffer = { plus: (x: number) => x + 1, raw: Buffer.from('q') };
const withPattern = { plus: (x: number) => x + 1, pattern };
const mapped = new Map<string, unknown>([
  ['plus', (x: number) => x + 1],
  ['frozen', frozen],
  ['raw', Buffer.from('q')],
]);
const band = { low: 1 };
const keyed = new Map<unknown, unknown>([
  [Number.NaN, (x: number) => -x],
  [band, (x: number) => x + 1],
  [Number.POSITIVE_INFINITY, (x: number) => x + 2],
  ['frozen', frozen],
]);
const listed = [(x: number) => x + 1, frozen, Buffer.from('q')] as const;
const bare = Object.assign(Object.create(null) as object, { frozen });
const model = new Model();
const models = [new Model(), model];
const nested = { model, frozen, inner: { plus: (x: number) => x + 1, model } };
const half = Object.freeze({ loose: { d: 1 }, tight: Object.freeze([1]) });
const holdsHalf = { half, plus: (x: number) => x + 1 };
const ring = { plus: (x: number) => x + 1, frozen, self: {} as unknown };
ring.self = ring;

describe.each([1, 2])('with %i workers', (nWorkers) => {
  test.each<[string, (x: number) => unknown, unknown]>([
    ['a function beside something frozen', (x) => [withLimits.plus(x), withLimits.limits[1]], [2, 2]],
    ['a function beside a Buffer', (x) => [withBuffer.plus(x), withBuffer.raw.toString()], [2, 'q']],
    ['a function beside a used pattern', (x) => [withPattern.plus(x), withPattern.pattern.lastIndex], [2, 2]],
    [
      'a Map of both',
      (x) => [(mapped.get('plus') as (x: number) => number)(x), Buffer.isBuffer(mapped.get('raw'))],
      [2, true],
    ],
    [
      'a Map of functions by what is no string',
      (x) => [Number.NaN, band, 1 / 0].map((key) => (keyed.get(key) as (x: number) => number)(x)),
      [-1, 2, 3],
    ],
    ['the order of a Map', () => [...keyed.keys()].indexOf('frozen'), 3],
    [
      'an array of both',
      (x) => [listed[0](x), Object.isFrozen(listed[1]), listed[2].toString()],
      [2, true, 'q'],
    ],
    ['no prototype', () => [Object.getPrototypeOf(bare), 'toString' in bare], [null, false]],
    [
      'an instance with frozen fields',
      (x) => [model.plus(x), model.limits[1], model.raw.toString()],
      [2, 2, 'q'],
    ],
    [
      'instances in a list',
      (x) => models.map((each) => [each instanceof Model, each.plus(x), Object.isFrozen(each.limits)]),
      [
        [true, 2, true],
        [true, 2, true],
      ],
    ],
    [
      'an instance in two places',
      (x) => [nested.model === nested.inner.model, nested.inner.plus(x), nested.model.plus(x)],
      [true, 2, 2],
    ],
    ['a static field', (x) => [Model.options.twice(x), Object.isFrozen(Model.options.limits)], [2, true]],
    [
      'a frozen object that is not frozen throughout',
      (x) =>
        [half, half.loose, half.tight, holdsHalf.half].map(Object.isFrozen).concat(holdsHalf.plus(x) === 2),
      [true, false, true, true, true],
    ],
    ['a ring', (x) => [ring.self === ring, ring.plus(x)], [true, 2]],
  ])('%s stays what it is', async (_what, job, expected) => {
    expect(await new JobRunner(job, { nWorkers }).runJobs([1])).toEqual([expected]);
  });
});
