import { createRequire } from 'node:module';
import { JobRunner } from 'parajob';
import { expect, test } from 'vitest';
import { runScript } from '../helpers/run-script.ts';

test('a namespace is named as it was written, not as it was transpiled', async () => {
  const { stdout, stderr } = await runScript('counts-in-namespace.ts', [], {
    execArgv: ['--import', 'tsx'],
  });
  expect(stdout, stderr).toMatch(/it writes to `Stats` \(declared at \S+counts-in-namespace\.ts:5:11, /);
});

test('what stands for a script of CommonJS is refused as that', async () => {
  const { stdout, stderr } = await runScript('uses-own-module.cjs');
  expect(stdout, stderr).toMatch(
    /it uses `module`, which is the script itself, .* \(at \S+uses-own-module\.cjs:4:22\)/,
  );
});

test('what a program was started with is refused as that', async () => {
  const load = createRequire(import.meta.url);
  const job = (x: number) => [x, load.main?.filename];
  await expect(new JobRunner(job, { nWorkers: 2 }).runJobs([1, 2])).rejects.toMatchObject({
    code: 'WORKER_NOT_PORTABLE',
    message: expect.stringMatching(
      /it uses `load\.main`, the script that .* \(at \S+refusals-in-words\.test\.ts:\d+:\d+\)/,
    ),
  });
});

test('with what a program was started, a thread would have said wrong', async () => {
  const { stdout } = await runScript('main-of-threads.cjs');
  const { here, inThread } = JSON.parse(stdout) as { here: string; inThread: string };
  expect(here).toMatch(/main-of-threads\.cjs$/);
  expect(inThread).not.toBe(here);
});

test('lines are those of the script where what it calls its source map is none', async () => {
  const { stdout, stderr } = await runScript('wrong-map.mjs');
  expect(stdout, stderr).toMatch(/it writes to `seen` \(declared at \S+wrong-map\.mjs:3:7, /);
});
