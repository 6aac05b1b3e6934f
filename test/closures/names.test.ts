// biome-ignore-all lint: names as old code has them
import { JobRunner } from 'parajob';
import { describe, expect, test } from 'vitest';

type Job = (x: number) => unknown;

/** Sloppy code, as scripts in CommonJS have it. */
function sloppy(body: string): Job {
  return new Function(body)() as Job;
}

describe.each([1, 2])('with %i workers, names mean what they mean in the program:', (nWorkers) => {
  test.each<[string, Job, unknown]>([
    ['a variable called exports', sloppy('const exports = [5]; return (x) => exports[0] + x'), 6],
    [
      'variables called module and require',
      sloppy('const module = { k: 5 }, require = 1; return (x) => module.k + require + x'),
      7,
    ],
    [
      'a default value, and a var of the body',
      sloppy('const x = 10; return function (a, b = x) { var x = 1; return a + b + x }'),
      12,
    ],
    [
      'a default value, and a function of the body',
      sloppy(
        'const h = () => 10; return function (a, b = h()) { var r = h(); function h() { return 1 } return a + b + r }',
      ),
      12,
    ],
    [
      'a function among the parameters',
      sloppy('const k = 10; return (a, f = () => k) => { var k = a; return f() + k }'),
      11,
    ],
    [
      'a parameter that the body declares again',
      sloppy('const k = 1; return (a, f = () => a + k) => { var a; return [a, f()] }'),
      [1, 2],
    ],
  ])('%s', async (_what, job, expected) => {
    expect(job(1)).toEqual(expected);
    expect(await new JobRunner(job, { nWorkers }).runJobs([1])).toEqual([expected]);
  });
});
