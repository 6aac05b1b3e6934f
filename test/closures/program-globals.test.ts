import { JobRunner } from 'parajob';
import { afterEach, describe, expect, test } from 'vitest';
import { valueFromThread } from '../resolve/in-a-thread.ts';

type Job = (x: number) => unknown;

const realm = globalThis as typeof globalThis & { gain?: number; convert?: (x: number) => number };
const { random } = Math;
const { parseFloat: parse } = globalThis;

afterEach(() => {
  delete realm.gain;
  delete realm.convert;
  Math.random = random;
  globalThis.parseFloat = parse;
});

async function refusalOf(job: Job, nWorkers: number): Promise<string> {
  const refused = await new JobRunner(job, { nWorkers }).runJobs([1, 2]).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'WORKER_NOT_PORTABLE' });
  return (refused as Error).message;
}

describe.each([1, 2])('with %d workers, a job is refused that reads', (nWorkers) => {
  test.each<[string, Job]>([
    ['a property of globalThis', (x) => x * (globalThis as typeof realm).gain!],
    ['one by a literal', new Function('x', 'return x * globalThis["gain"]') as Job],
    ['a property of global', new Function('x', 'return x * global.gain') as Job],
    [
      'a pattern of it',
      (x) => {
        const { gain } = globalThis as typeof realm;
        return x * gain!;
      },
    ],
    ['whether there is one', (x) => ('gain' in globalThis ? x : -x)],
    ['one by a computed name', (x) => x * ((globalThis as never)[['ga', 'in'].join('')] as number)],
    ['all of them', (x) => x * Object.entries(globalThis).length],
  ])('%s that the program has set', async (_what, job) => {
    realm.gain = 3;
    expect(await refusalOf(job, nWorkers)).toMatch(
      /it reads `(?:globalThis|global)\.gain` \(at \S+:\d+:\d+\), which the program has set/,
    );
  });

  test('a function of the language that the program has replaced', async () => {
    Math.random = () => 0.5;
    expect(await refusalOf((x) => x * Math.random(), nWorkers)).toMatch(/it reads `Math\.random` \(at /);
    expect(await refusalOf((x) => ((m: Math) => m.random() * x)(Math), nWorkers)).toMatch(
      /it reads `Math\.random`/,
    );
  });
});

test('such jobs would have come to something else in a thread', async () => {
  realm.gain = 3;
  Math.random = () => 0.5;
  const reads = new Function('return [this.gain, this.Math.random() === 0.5]') as () => unknown[];
  expect(reads()).toEqual([3, true]);
  expect(await valueFromThread(reads)).toEqual([undefined, false]);
});

test('what the program has not set is as it is in threads', async () => {
  const job = (x: number) => [
    typeof globalThis,
    (globalThis as typeof realm).gain === undefined,
    'gain' in globalThis,
    globalThis.Math.sqrt(x),
    Math.hypot(x, x) > x,
    Object.keys({ x }),
  ];
  expect(await new JobRunner(job, { nWorkers: 2 }).runJobs([4])).toEqual([
    ['object', true, false, 2, true, ['x']],
  ]);
});

test('a global of the program that is named like a variable travels like one', async () => {
  realm.gain = 3;
  realm.convert = (x) => x + 1;
  const job = new Function('x', 'return convert(x) * gain') as (x: number) => number;
  expect(await new JobRunner(job, { nWorkers: 2 }).runJobs([1, 2])).toEqual([6, 9]);
});

test('a function that the program has put in place of one of the language travels, too', async () => {
  globalThis.parseFloat = (text) => Number(text) + 1;
  expect(await new JobRunner((x: number) => parseFloat(`${x}`), { nWorkers: 2 }).runJobs([1, 2])).toEqual([
    2, 3,
  ]);
});
