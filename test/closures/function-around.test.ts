import { resolve } from 'node:path';
import { JobRunner } from 'parajob';
import { describe, expect, test } from 'vitest';

type Job = (x: number) => unknown;

const curry = (f: (...args: number[]) => number) =>
  function g(...a: number[]): unknown {
    return a.length >= f.length ? f(...a) : (...b: number[]) => g(...a, ...b);
  };
const added = curry((a, b, c) => a + 10 * b + 100 * c)(1) as (b: number) => Job;
const climbing = (function climb(k: number): Job {
  return (x) => (x > 3 ? x + k : climb(k + 1)(x + 1));
})(1);
const counted = (limits: { readonly high: number }): Job =>
  (function count(n: number): Job {
    return (x) => (n >= limits.high ? n : [x].map((y) => count(n + 1)(y))[0]);
  })(0);
const toFive = counted({ high: 5 });

// Variables further out have the names of the functions around.
function curryAll(f: (...args: number[]) => number) {
  return function curried(...a: number[]): unknown {
    return a.length >= f.length ? f(...a) : (...b: number[]) => curried(...a, ...b);
  };
}
const curried = curryAll((a, b) => a + b);
const tenfold = curryAll((a, b) => a * b)(10) as Job;
const useCurried = () => (curried(1) as Job)(2);
const climbed = (function resolve(n: number): Job {
  return (x) => (n >= 3 ? x : (resolve(n + 1)(x) as number) + 1);
})(0);

describe.each([1, 2])('with %i workers, a function may call the one around it:', (nWorkers) => {
  test.each<[string, Job, unknown]>([
    ['curried', (x) => added(x)(2), 211],
    ['curried, handed over itself', added(1) as Job, 111],
    ['by recursion', climbing, 8],
    ['with variables further out', toFive, 5],
    ['that is called like a variable further out', tenfold, 10],
    ['that is called like an import', climbed, 4],
    ['beside such a variable', (x) => [tenfold(x), useCurried(), resolve('/', 'a')], [10, 3, '/a']],
  ])('%s', async (_what, job, expected) => {
    expect(await new JobRunner(job, { nWorkers }).runJobs([1])).toEqual([expected]);
  });
});

const withProperty = Object.assign(
  function total(k: number): Job {
    return (x) => (total as unknown as { calls: number }).calls + x + k;
  },
  { calls: 2 },
);
const hidden = (() => {
  const x = 5;
  return function outer(k = x): Job {
    {
      const x = 7;
      return (y) => (y > 2 ? x + k : outer()(y + 1));
    }
  };
})();

test.each([
  ['that has properties', withProperty(1), /`total` .*the function around it/],
  ['whose variables are hidden', hidden(), /`outer` .*the function around it/],
])('but not one %s', async (_what, job, message) => {
  for (const nWorkers of [1, 2]) {
    await expect(new JobRunner(job, { nWorkers }).runJobs([1])).rejects.toMatchObject({
      code: 'WORKER_NOT_PORTABLE',
      message: expect.stringMatching(message),
    });
  }
});
