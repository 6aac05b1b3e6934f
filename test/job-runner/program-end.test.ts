import { describe, expect, test } from 'vitest';
import { runScript } from '../helpers/run-script.ts';

describe.each([1, 2])('a program that uses runners with %i worker(s) and closes none', (nWorkers) => {
  const told = (...acts: string[]) => runScript('runs-and-ends.mjs', [`${nWorkers}`, ...acts]);

  test('ends by itself when its runs are over, however they ended', async () => {
    const acts = ['run', 'posted', 'fail', 'abort', 'leave', 'die', 'refuse', 'unread', 'idle'];
    acts.push('unfinished', 'close');
    const { stdout, stderr, ...end } = await told(...acts);
    expect(end, stderr).toEqual({ exitCode: 0, signal: null });
    expect(stdout.split('\n')).toEqual([
      '1,2,3',
      '1,2',
      'JobError',
      'TimeoutError',
      'left',
      '0',
      'WORKER_NOT_CONSTRUCTED',
      'INVALID_INPUTS',
      'put aside',
      'closed',
      'exit',
      '',
    ]);
    expect(stderr).toBe('');
  });

  test('ends by itself when a run is stopped whose jobs were to be tried again much later', async () => {
    const { stdout, exitCode, signal } = await told('rest');
    expect({ stdout, exitCode, signal }).toEqual({ stdout: 'stopped\nexit\n', exitCode: 0, signal: null });
  });

  test('does not end before a run that is under way', async () => {
    const { stdout, stderr, exitCode } = await told('pending');
    expect(stdout, stderr).toBe('1,2\nexit\n');
    expect(exitCode).toBe(0);
  });

  test('ends with the error of a run that nobody catches', async () => {
    const { exitCode, stderr } = await told('pendingFailure');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('job 0 failed: no 1');
  });
});
