import { describe, expect, test } from 'vitest';
import { InlineBackend } from '../../src/backends/inline-backend.ts';
import { backendContract, open, type Subject } from './backend-contract.ts';

const jobs = new URL('../fixtures/lanes/jobs.mjs', import.meta.url).href;

function subject(name: string): Subject {
  const load = async () => ((await import(jobs)) as Record<string, unknown>)[name];
  return { backend: new InlineBackend(load), plan: {} };
}

backendContract(subject);

describe('in the calling thread', () => {
  test('the worker may take time to load', async () => {
    const backend = new InlineBackend(async () => (n: number) => n + 1);
    const { heard } = open({ backend, plan: {} }, 1);
    await heard.ending;
    expect(heard.outcomes.get(0)).toEqual({ status: 'fulfilled', output: 1 });
  });

  test('a worker that cannot be loaded leaves the lane unstarted', async () => {
    const error = new Error('no such module');
    const backend = new InlineBackend(() => Promise.reject(error));
    const { heard } = open({ backend, plan: {} }, 1);
    expect(await heard.ending).toEqual({ type: 'unstarted', error });
    expect(heard.all).toEqual(['started', 'OVER']);
  });

  test('and not a second time over, if it was called off meanwhile', async () => {
    let fail = (_: Error): void => {};
    const loading = new Promise((_, reject) => {
      fail = reject;
    });
    const { heard, lane, watch } = open({ backend: new InlineBackend(() => loading), plan: {} }, 1, {
      onStarted: () => {
        watch.abandon();
        lane.cancel();
        fail(new Error('too late'));
      },
    });
    await expect(loading).rejects.toThrow('too late');
    await Promise.resolve();
    expect(heard.all).toEqual(['started', 'OVER']);
  });
});
