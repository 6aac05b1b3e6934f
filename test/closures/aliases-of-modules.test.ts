import { STATUS_CODES } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import util from 'node:util';
import { JobRunner } from 'parajob';
import { describe, expect, test } from 'vitest';
import { runScript } from '../helpers/run-script.ts';

const paths = path;
const { posix } = path;
const tools = util;
const { performance: clock } = globalThis;
const kept = { deep: { path } };
const codes: Record<number, string | undefined> = STATUS_CODES;
codes[299] = 'Mine';
const load = createRequire(import.meta.url);
const random: typeof import('node:crypto') = load('node:crypto');

describe.each([
  1, 2,
])('with %i worker(s), another name for a module of Node, or for what it has', (nWorkers) => {
  test.each<[string, (x: number) => unknown, unknown]>([
    ['its default', (x) => paths.join('a', `${x}`), path.join('a', '1')],
    ['an object in it', (x) => posix.join('a', `${x}`), 'a/1'],
    ['one with getters', (x) => tools.inspect([x]), '[ 1 ]'],
    ['one that is global, too', () => typeof clock.now(), 'number'],
    ['one in an object', (x) => kept.deep.path.join('a', `${x}`), path.join('a', '1')],
    ['data of one, as the program has it', () => codes[299], 'Mine'],
    ['one by a `require` of another name', (x) => random.randomInt(x, x + 1), 1],
    ['one that the job requires by it', (x) => load('node:path').join('a', `${x}`), path.join('a', '1')],
    ['where that finds something', () => load.resolve('vitest'), load.resolve('vitest')],
  ])('%s', async (_what, job, expected) => {
    expect(await new JobRunner(job, { nWorkers }).runJobs([1])).toEqual([expected]);
  });

  // A script of its own: under vitest a namespace is a Proxy.
  test('its namespace', async () => {
    const { stdout, stderr } = await runScript('alias-of-namespace.mjs', [`${nWorkers}`]);
    expect(stdout, stderr).toBe('[["function","object"]]\n');
  });
});
