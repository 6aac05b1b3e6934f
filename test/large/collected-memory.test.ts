import { expect, test } from 'vitest';
import { runScript } from '../helpers/run-script.ts';

test('threads that collect shared memory at the same time do not harm each other', async () => {
  const { stdout, stderr } = await runScript('collects.mjs');
  expect(stdout, stderr).toBe('done');
});
