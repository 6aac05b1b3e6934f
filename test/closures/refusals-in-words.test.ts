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
