import { JobRunner } from 'parajob';
import { describe, expect, test } from 'vitest';
import { change, turn, turnForAWhile } from '../fixtures/jobs/change.ts';
import { type Job, loopAndThreads } from './loop-and-threads.ts';

/** Jobs that hand what they have captured to a library, with the name of what that is. */
const changes: readonly [what: string, name: string, make: () => Job][] = [
  [
    'a property named by a symbol',
    'open',
    () => {
      const open: Record<string | symbol, unknown> = {};
      return () => [Symbol.for('seen') in open, change.symbol(open)];
    },
  ],
  [
    'a hidden property',
    'open',
    () => {
      const open = {};
      return () => ['seen' in open, typeof change.hidden(open)];
    },
  ],
  [
    'what it inherits from',
    'open',
    () => {
      const open = {};
      return () => ['seen' in open, typeof change.prototype(open)];
    },
  ],
  [
    'whether it may be changed',
    'open',
    () => {
      const open = { n: 1 };
      return () => change.closed(open);
    },
  ],
  [
    'whether a property may be',
    'open',
    () => {
      const open = { n: 1 };
      return () => change.flags(open);
    },
  ],
  [
    'what an instance inherits',
    'open',
    () => {
      class Open {
        kind = 'open';
      }
      const open = new Open();
      return () => change.inherited(open);
    },
  ],
  [
    'a property of a function',
    'once',
    () => {
      const once: { n?: number } & Job = (x: number) => x;
      return () => change.count(once);
    },
  ],
  [
    'one of a function in an object',
    'tools',
    () => {
      const tools: { once: { n?: number } & Job } = { once: (x: number) => x };
      return () => change.count(tools.once);
    },
  ],
  [
    'one of a class',
    'Open',
    () => {
      class Open {}
      return () => change.count(Open as { n?: number });
    },
  ],
  [
    'a hidden one of a typed array',
    'samples',
    () => {
      const samples = new Float64Array(3);
      return () => change.hiddenCount(samples as { n?: number });
    },
  ],
  [
    'one of a Buffer',
    'bytes',
    () => {
      const bytes = Buffer.from('ab');
      return () => change.hiddenCount(bytes as { n?: number });
    },
  ],
  [
    'one of a DataView',
    'view',
    () => {
      const view = new DataView(new ArrayBuffer(2));
      return () => change.count(view as { n?: number });
    },
  ],
  [
    'something, and with the fourth job back',
    'dial',
    () => {
      const dial = { at: 0 };
      return () => turn(dial);
    },
  ],
  [
    'something, and later back, in promises',
    'dial',
    () => {
      const dial = { at: 0 };
      return async () => turn(dial);
    },
  ],
];

const later = (): Job => {
  const dial = { at: 0 };
  return (x) => turnForAWhile(dial, x);
};

describe.each([1, 2])('with %i worker(s), a job is refused whose library changes', (nWorkers) => {
  test.each(changes)('%s', async (_what, name, make) => {
    await expect(new JobRunner(make(), { nWorkers }).runJobs([0, 1, 2, 3])).rejects.toMatchObject({
      code: 'WORKER_NOT_PORTABLE',
      message: expect.stringContaining(`it writes to \`${name}\` (`),
    });
  });

  test('something later than with its first job, and back before its last', async () => {
    const inputs = [0, 1, ...new Array<number>(60).fill(2), 3, 4];
    await expect(new JobRunner(later(), { nWorkers }).runJobs(inputs)).rejects.toMatchObject({
      code: 'WORKER_NOT_PORTABLE',
      message: expect.stringContaining('it writes to `dial` ('),
    });
  });
});

test('what cannot be looked at any more has been changed', async () => {
  const held: { deep?: unknown } = {};
  await expect(
    new JobRunner((_x: number) => change.deep(held), { nWorkers: 1 }).runJobs([0, 1]),
  ).rejects.toMatchObject({
    code: 'WORKER_NOT_PORTABLE',
    message: expect.stringContaining('it writes to `held` ('),
  });
});

test('what a library adds to the language is not the affair of a value', async () => {
  const list = [3, 4];
  const runner = new JobRunner((x: number) => change.polyfill(list, x), { nWorkers: 1 });
  try {
    expect(await runner.runJobs([0, 1])).toEqual([3, 4]);
  } finally {
    Reflect.deleteProperty(Array.prototype, 'nth');
  }
});

test.each([
  ...changes,
  ['something later, and back', 'dial', later] as const,
])('running it would have been wrong: %s', async (_what, _name, make) => {
  const [loop, threads] = (await loopAndThreads(make)) as [unknown[], unknown[]];
  expect(await Promise.all(threads)).not.toEqual(await Promise.all(loop));
});
