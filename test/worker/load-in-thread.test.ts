import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';

test('a thread knows that it is loading while its module runs, and no longer', async () => {
  const thread = new Worker(new URL('./fixtures/our-thread.mjs', import.meta.url));
  const [answer] = await once(thread, 'message');
  expect(answer).toEqual([true, false]);
});
