import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installPackages, installWithoutTsx, removePackages, start } from './start-package.ts';

let folder: string;
beforeAll(async () => {
  folder = await installPackages();
});
afterAll(() => removePackages(folder));

test('without an inspector, a module reference still works and errors point to it', async () => {
  const flag = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission';
  const options = [flag, '--allow-fs-read=*', '--allow-worker', '--no-warnings'];
  const outcomes = await start(process.execPath, options, join(folder, 'esm-js/main.js'));
  const named = Object.fromEntries(outcomes.map(({ what, ...outcome }) => [what, outcome]));
  expect(named['module reference']).toMatchObject({ value: 16 });
  expect(named.native).toMatchObject({ value: 3 });
  expect(named['exported function']).toMatchObject({
    error: 'WORKER_NOT_LOCATED',
    message: expect.stringMatching(/no inspector.*\{ module: new URL\(.*\), name: 'square' \}/),
  });
});

test('where TypeScript needs tsx and there is none, the error says so', async () => {
  const bare = await installWithoutTsx();
  try {
    const [outcome] = await start(process.execPath, [], join(bare, 'esm-js/typescript.js'));
    const runsTypeScript = Boolean((process.features as { typescript?: unknown }).typescript);
    expect(outcome).toMatchObject(
      runsTypeScript
        ? { value: 9 }
        : { error: 'WORKER_NOT_LOADED', message: expect.stringMatching(/functions\.ts.*npm i -D tsx$/) },
    );
  } finally {
    await removePackages(bare);
  }
});
