import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import type { Backend } from '../src/backends/backend.ts';
import { readyLanes } from '../src/ready-lanes.ts';
import { failureOf } from './helpers/failure-of.ts';
import { workerPlan } from './worker/lane-probe.ts';

/** Whose lanes load for ever. */
const never: Backend = {
  type: 'threads',
  nLanes: 32,
  open: (_start, events) => ({
    post: () => {},
    cancel: () => events.over({ type: 'finished' }),
    kill: () => {},
  }),
};

test('one listener hears of the end for all lanes, and calls each of them off', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  const setting = { backend: never, worker: workerPlan(), initTimeout: undefined };
  const failure = failureOf(readyLanes(setting, controller.signal));
  // Node warns of a leak when there are more than ten.
  expect(getEventListeners(controller.signal, 'abort').length).toBe(1);
  controller.abort(reason);
  expect(await failure).toBe(reason);
});
