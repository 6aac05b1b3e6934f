import { JobRunner } from 'parajob';
import { describe, expect, test } from 'vitest';

type Job = (x: number) => unknown;

const matrix = Object.assign(new Float64Array([1, 2, 3, 4]), { shape: [2, 2] });
const long = Object.assign(new Float64Array(1000), { shape: [10, 100] });
const measured = Object.defineProperty(new Float64Array(1000), 'unit', { value: 'uV' }) as Float64Array & {
  unit: string;
};
const list = Object.assign(
  Array.from({ length: 200 }, (_, i) => i),
  { label: 'list' },
);
const withMethod = Object.assign([1], { first: (x: number) => x + 1 });
const hiding = Object.defineProperty([1], 'raw', { value: 'r' }) as number[] & { raw: string };
const strings = ((parts: TemplateStringsArray, ..._: number[]) => parts)`a${1}b\n`;
const date = Object.assign(new Date(0), { label: 'start' });
const pattern = Object.assign(/a/, { label: 'an a' });
const map = Object.assign(new Map([[1, 2]]), { label: 'map', twice: (x: number) => 2 * x });
const set = Object.assign(new Set([1]), { label: 'set' });
const matched = /(?<year>\d+)-(\d+)/.exec('in 2020-10')!;
const failed = Object.assign(new RangeError('m'), { code: 'E1', cause: { why: new Map([[1, 2]]) } });
const renamed = Object.assign(new Error('m'), { name: 'TypeError' });
const all = new AggregateError([new Error('a'), failed], 'both');
const shared = { n: 1 };
const sharing = Object.assign(new Set([1]), { shared });

describe.each([1, 2])('with %i workers, what has been given to', (nWorkers) => {
  test.each<[string, Job, unknown]>([
    ['a typed array', () => [matrix.shape, matrix[3], long.shape, long.length], [[2, 2], 4, [10, 100], 1000]],
    ['a large typed array, hidden', () => [measured.unit, Object.keys(measured).length], ['uV', 1000]],
    ['an array', (x) => [list.label, list[x], list.length], ['list', 1, 200]],
    ['an array, a function', (x) => [withMethod.first(x), withMethod.length], [2, 1]],
    ['an array, hidden', () => [hiding.raw, Object.keys(hiding)], ['r', ['0']]],
    ['the parts of a template', (x) => String.raw(strings, x), 'a1b\\n'],
    ['a Date', () => [date.label, date.getTime()], ['start', 0]],
    ['a RegExp', () => [pattern.label, pattern.test('a')], ['an a', true]],
    ['a Map', (x) => [map.label, map.get(1), map.twice(x)], ['map', 2, 2]],
    ['a Set', () => [set.label, set.has(1)], ['set', true]],
    ['a match', () => [matched.groups!.year, matched.index, matched.input], ['2020', 3, 'in 2020-10']],
    [
      'an error',
      () => [
        failed.code,
        failed instanceof RangeError,
        (failed.cause as { why: Map<number, number> }).why.get(1),
      ],
      ['E1', true, 2],
    ],
    [
      'an error of another name',
      () => [String(renamed), renamed instanceof TypeError, Object.keys(renamed)],
      ['TypeError: m', false, ['name']],
    ],
    [
      'an AggregateError',
      () => [all instanceof AggregateError, all.errors.length, all.errors[1] === failed, all.name],
      [true, 2, true, 'AggregateError'],
    ],
    ['two of them', () => sharing.shared === shared, true],
  ])('%s is there', async (_what, job, expected) => {
    expect(await new JobRunner(job, { nWorkers }).runJobs([1])).toEqual([expected]);
  });
});

const token = Symbol('token');
const marked = Object.assign([1], { [token]: 1 });
const counting = Object.defineProperty(new Date(0), 'now', { get: () => 1 }) as Date & { now: number };
const deep = { list: [Object.assign(new Float32Array(2), { [token]: 1 })] };

test.each<[string, Job, RegExp]>([
  ['a symbol', () => marked.length, /`marked` has a property named by a symbol/],
  ['a symbol, deep inside', () => deep.list.length, /`deep\.list\[0\]` has a property named by a symbol/],
  ['a getter', () => counting.now, /`counting` has a getter, `now`/],
])('what cannot come along is refused: %s', async (_what, job, message) => {
  for (const nWorkers of [1, 2]) {
    await expect(new JobRunner(job, { nWorkers }).runJobs([1])).rejects.toMatchObject({
      code: 'WORKER_NOT_PORTABLE',
      message: expect.stringMatching(message),
    });
  }
});
