import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { REPOSITORY, VITEST } from './start-package.ts';

const node = process.env.PARAJOB_NODE ?? process.execPath;

const FILES = ['test/resolve/vitest.test.ts', 'test/closures/analysis.test.ts'];

test.each([
  'forks',
  'threads',
  'vmThreads',
])('functions reach a thread in the pool %s of vitest', async (pool) => {
  const args = [VITEST, 'run', '--pool', pool, '--reporter', 'json', ...FILES];
  const { stdout } = await promisify(execFile)(node, args, { cwd: REPOSITORY });
  expect(JSON.parse(stdout.slice(stdout.indexOf('{')))).toMatchObject({ success: true });
});
