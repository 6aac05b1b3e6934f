import { JobRunner } from 'parajob';
import { describe, expect, test } from 'vitest';
import { put } from '../fixtures/jobs/put.ts';

const open = { n: 1 };
const marked = Object.assign(new Float64Array(3), { shape: [1, 3] });
const failed = new Error('first');
class Rule {
  readonly n = 1;
  static answer(): number {
    return 1;
  }
}
const { answer } = Rule;
const closed = Object.freeze({ n: 1 });

describe.each([1, 2])('with %i worker(s)', (nWorkers) => {
  const run = (job: (x: number) => unknown) => new JobRunner(job, { nWorkers }).runJobs([1, 2]);

  test.each<[string, RegExp, () => unknown]>([
    ['freezing it', /`open`/, () => Object.isFrozen(Object.freeze(open))],
    ['closing it', /`open`/, () => Reflect.preventExtensions(open)],
    ['setting it through another', /`open`/, () => Reflect.set({}, 'n', 2, open)],
  ])('refused as a write to what was captured: %s', async (_what, message, job) => {
    await expect(run(job)).rejects.toMatchObject({
      code: 'WORKER_NOT_PORTABLE',
      message: expect.stringMatching(message),
    });
  });

  test.each<[string, RegExp, () => unknown]>([
    ['what an array has been given', /`marked`/, () => put(marked, 'shape', [3, 1])],
    ['what an error says', /`failed`/, () => put(failed, 'message', 'second')],
    ['a method', /`Rule`/, () => put(Rule, 'answer', () => Rule.answer)],
    ['a method of instances', /`Rule`/, () => put(Rule.prototype, 'answer', () => 2)],
  ])('found when jobs are done: a library changes %s', async (_what, message, job) => {
    await expect(run(job)).rejects.toMatchObject({
      code: 'WORKER_NOT_PORTABLE',
      message: expect.stringMatching(message),
    });
    marked.shape = [1, 3];
    failed.message = 'first';
    put(Rule, 'answer', answer);
    Reflect.deleteProperty(Rule.prototype, 'answer');
  });

  test('and moving its memory', async () => {
    const bytes = new Uint8Array(2);
    const job = (_x: number) => structuredClone(bytes, { transfer: [bytes.buffer] });
    await expect(new JobRunner(job, { nWorkers }).runJobs([1])).rejects.toMatchObject({
      code: 'WORKER_NOT_PORTABLE',
      message: expect.stringMatching(/`bytes`/),
    });
  });

  test('freezing what is frozen, or the job’s own, is none', async () => {
    expect(await run((n) => [Object.freeze(closed).n, Object.freeze({ n }).n])).toEqual([
      [1, 1],
      [1, 2],
    ]);
  });
});
