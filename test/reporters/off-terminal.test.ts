import { describe, expect, it } from 'vitest';
import { isLineDue } from '../../src/reporters/lines.ts';
import { startRun } from './fake-run.ts';
import { FakeTerminal } from './fake-terminal.ts';

const file = () => new FakeTerminal({ isTTY: false });
const HOUR = 3_600_000;

describe('off a terminal', () => {
  it.each([
    undefined,
    false,
    'bar',
    { label: 'flights' },
  ] as const)('nothing at all is written for %o', (progress) => {
    const stream = file();
    const run = startRun(stream, progress, { total: 10 });
    run.advance(HOUR, 5);
    run.reporter.tick();
    run.reporter.finish('rejected');
    expect(stream.written).toBe('');
    expect(run.clock.timers).toBe(0);
  });

  it.each([true, 'log'] as const)('lines are written for %o, without control characters', (progress) => {
    const stream = file();
    const run = startRun(stream, progress, { total: 4 });
    run.advance(2000, 1);
    run.advance(2000, 3);
    run.reporter.finish('fulfilled');
    expect(stream.written).toBe(
      [
        'parajob: 1/4 jobs (25 %), 1.0 s elapsed, about 3 s left, 10 jobs/s\n'.replace(
          '10 jobs/s',
          '1.1 jobs/s',
        ),
        'parajob: 4/4 jobs (100 %) in 4.0 s, 1 jobs/s\n',
      ].join(''),
    );
  });

  it('log lines come through from the level up, whatever the progress', () => {
    const stream = file();
    const { reporter } = startRun(stream, false, { logLevel: 'warn' });
    for (const level of ['debug', 'info', 'warn', 'error'] as const) reporter.log({ level, message: level });
    expect(stream.written).toBe('[warn] warn\n[error] error\n');
  });

  it('silent means silent', () => {
    const stream = file();
    const { reporter } = startRun(stream, false, { logLevel: 'silent' });
    reporter.log({ level: 'error', message: 'no' });
    expect(stream.written).toBe('');
  });
});

describe('on a terminal', () => {
  it("'log' gives lines there too", () => {
    const terminal = new FakeTerminal();
    const run = startRun(terminal, 'log', { total: 4 });
    run.reporter.finish('rejected');
    expect(terminal.lines).toEqual(['parajob: stopped at 0/4 jobs (0 %) after 0 ms']);
  });

  it('false gives nothing', () => {
    const terminal = new FakeTerminal();
    const run = startRun(terminal, false, { total: 4 });
    run.advance(5000, 4);
    run.reporter.finish('fulfilled');
    expect(terminal.written).toBe('');
  });
});

describe('lines', () => {
  /** When lines come in a run of steady speed, in seconds. */
  function lineTimes(seconds: number, total: number | undefined): number[] {
    const times: number[] = [];
    let last: Parameters<typeof isLineDue>[1];
    for (let elapsed = 0; elapsed <= seconds; elapsed += 0.5) {
      const done = Math.floor(((total ?? 1000) * elapsed) / seconds);
      const now = { total, done, failed: 0, elapsed, secondsLeft: undefined, jobsPerSecond: undefined };
      if (!isLineDue(now, last)) continue;
      last = now;
      times.push(elapsed);
    }
    return times;
  }

  it('are ten seconds apart at least', () => {
    expect(lineTimes(45, 1000)).toEqual([1, 11, 21, 31, 41]);
  });

  it('come with every tenth of a longer run', () => {
    expect(lineTimes(600, 1000)).toEqual([1, 61, 121, 181, 241, 301, 361, 421, 481, 541]);
  });

  it('come every five minutes of a very long run', () => {
    expect(lineTimes(36_000, 1000)).toHaveLength(120);
  });

  it('grow rarer when nobody knows how many jobs there are', () => {
    expect(lineTimes(600, undefined)).toEqual([1, 11, 22, 44, 88, 176, 352]);
  });
});
