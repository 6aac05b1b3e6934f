import { isMainThread, threadId } from 'node:worker_threads';
import { JobRunner } from 'parajob';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { failureOf } from '../helpers/failure-of.ts';
import { noted } from '../helpers/noted.ts';
import { runScript } from '../helpers/run-script.ts';

const whichThread = () => threadId;

beforeEach(() => {
  noted.events = [];
});
afterEach(() => {
  delete noted.events;
});

describe('with one worker', () => {
  test('jobs run in the calling thread, and share its state', async () => {
    const note = (n: number) => (process as { events?: string[] }).events?.push(`job ${n}`);
    expect(await new JobRunner(note, { nWorkers: 1 }).runJobs({ nJobs: 3 })).toEqual([1, 2, 3]);
    expect(noted.events).toEqual(['job 0', 'job 1', 'job 2']);
    expect(await new JobRunner(whichThread, { nWorkers: 1 }).runJobs({ nJobs: 1 })).toEqual([threadId]);
  });

  test('jobs run one after the other, later ones too', async () => {
    const job = async (n: number) => {
      const { events = [] } = process as { events?: string[] };
      events.push(`start ${n}`);
      await new Promise(setImmediate);
      events.push(`end ${n}`);
    };
    await new JobRunner(job, { nWorkers: 1 }).runJobs([0, 1]);
    expect(noted.events).toEqual(['start 0', 'end 0', 'start 1', 'end 1']);
  });

  test.each(['claimed', 'posted'])('no %s job runs after the one that failed', async (feed) => {
    const job = (input: number | { n: number }) => {
      const n = typeof input === 'number' ? input : input.n;
      (process as { events?: string[] }).events?.push(`job ${n}`);
      if (n === 3) throw new Error('three');
    };
    const inputs = Array.from({ length: 10 }, (_, n) => (feed === 'claimed' ? n : { n }));
    expect(await failureOf(new JobRunner(job, { nWorkers: 1 }).runJobs(inputs))).toMatchObject({ place: 3 });
    expect(noted.events).toEqual(['job 0', 'job 1', 'job 2', 'job 3']);
  });

  test('inputs are read job by job', async () => {
    function* inputs() {
      for (let n = 0; n < 3; n++) {
        noted.events?.push(`read ${n}`);
        yield { n };
      }
    }
    const job = ({ n }: { n: number }) => (process as { events?: string[] }).events?.push(`run ${n}`);
    await new JobRunner(job, { nWorkers: 1 }).runJobs(inputs());
    expect(noted.events).toEqual(['read 0', 'run 0', 'read 1', 'run 1', 'read 2', 'run 2']);
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
