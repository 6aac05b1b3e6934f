import { expect, test } from 'vitest';
import { runScript } from '../helpers/run-script.ts';

/** Ctrl-C, once its jobs are in loops that never end. */
function interrupted(how: string) {
  let isSent = false;
  return runScript('interrupted.mjs', [how], {
    hear: (said, script) => {
      if (!isSent && said.includes('spinning')) script.kill('SIGINT');
      isSent ||= said.includes('spinning');
    },
  });
}

test('Ctrl-C ends a program whose jobs never yield, as it ends any other', async () => {
  const { signal, stdout, stderr } = await interrupted('plainly');
  expect({ signal, stdout, stderr }).toEqual({ signal: 'SIGINT', stdout: 'spinning\n', stderr: '' });
});

test('Ctrl-C leaves what there is to a program that handles it, and the program ends by itself', async () => {
  const { exitCode, signal, stdout } = await interrupted('keeping');
  expect({ exitCode, signal }).toEqual({ exitCode: 0, signal: null });
  expect(stdout).toBe('spinning\ninterrupted: 0,1,2, 0,1,2\n');
});
