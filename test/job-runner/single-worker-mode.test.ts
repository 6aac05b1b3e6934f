import { isMainThread, threadId } from 'node:worker_threads';
import { JobRunner } from 'parajob';
import { beforeAll, describe, expect, test } from 'vitest';
import { failureOf } from '../helpers/failure-of.ts';
import { runScript } from '../helpers/run-script.ts';

const whichThread = () => threadId;

describe('with one worker', () => {
  test('jobs run in the calling thread, and share its variables', async () => {
    let calls = 0;
    const count = () => ++calls;
    expect(await new JobRunner(count, { nWorkers: 1 }).runJobs({ nJobs: 3 })).toEqual([1, 2, 3]);
    expect(calls).toBe(3);
    expect(await new JobRunner(whichThread, { nWorkers: 1 }).runJobs({ nJobs: 1 })).toEqual([threadId]);
  });

  test('jobs run one after the other, later ones too', async () => {
    const events: string[] = [];
    const job = async (n: number) => {
      events.push(`start ${n}`);
      await new Promise(setImmediate);
      events.push(`end ${n}`);
    };
    await new JobRunner(job, { nWorkers: 1 }).runJobs([0, 1]);
    expect(events).toEqual(['start 0', 'end 0', 'start 1', 'end 1']);
  });

  test.each(['claimed', 'posted'])('no %s job runs after the one that failed', async (feed) => {
    const seen: number[] = [];
    const job = (input: number | { n: number }) => {
      const n = typeof input === 'number' ? input : input.n;
      seen.push(n);
      if (n === 3) throw new Error('three');
    };
    const inputs = Array.from({ length: 10 }, (_, n) => (feed === 'claimed' ? n : { n }));
    expect(await failureOf(new JobRunner(job, { nWorkers: 1 }).runJobs(inputs))).toMatchObject({ place: 3 });
    expect(seen).toEqual([0, 1, 2, 3]);
  });

  test('inputs are read job by job', async () => {
    const events: string[] = [];
    function* inputs() {
      for (let n = 0; n < 3; n++) {
        events.push(`read ${n}`);
        yield { n };
      }
    }
    await new JobRunner(({ n }: { n: number }) => events.push(`run ${n}`), { nWorkers: 1 }).runJobs(inputs());
    expect(events).toEqual(['read 0', 'run 0', 'read 1', 'run 1', 'read 2', 'run 2']);
  });

  test('and singleJobInThread, jobs run in one thread that is not the calling one', async () => {
    const options = { nWorkers: 1, singleJobInThread: true };
    const threads = await new JobRunner(whichThread, options).runJobs({ nJobs: 100 });
    expect(new Set(threads).size).toBe(1);
    expect(threads[0]).not.toBe(threadId);
    expect(await new JobRunner(() => isMainThread, options).runJobs({ nJobs: 1 })).toEqual([false]);
  });
});

describe('a debugger that pauses on uncaught exceptions', () => {
  let pausedIn: Readonly<Record<string, readonly string[]>>;
  beforeAll(async () => {
    const { stdout, stderr } = await runScript('debugged.mjs');
    expect(stdout, stderr).not.toBe('');
    pausedIn = JSON.parse(stdout);
  });

  test.each([
    ['throws at once', 'throwAtOnce', 'throwAtOnce'],
    ['is async, and throws before its first await', 'throwBeforeAwait', 'throwBeforeAwait'],
    ['is async, and throws after its first await', 'throwAfterAwait', 'throwAfterAwait'],
    ['awaits what throws', 'throwDeep', 'throwAfterAwait'],
    ['is the paraMethod of a class', 'Computing', 'throwAtOnce'],
    ['is the mapJob of a class', 'Mapping', 'throwAtOnce'],
  ])('pauses in a job that %s, and nowhere else', (_, worker, name) => {
    expect(pausedIn[`${worker} claimed`]).toEqual([name]);
    expect(pausedIn[`${worker} posted`]).toEqual([name]);
  });
});
