import { describe, expect, it } from 'vitest';
import { FakeClock, startRun } from './fake-run.ts';
import { FakeTerminal } from './fake-terminal.ts';

describe('a bar that nobody asked for', () => {
  it('appears once the run has lasted half a second', () => {
    const terminal = new FakeTerminal();
    const run = startRun(terminal, undefined, { total: 10 });
    run.advance(400, 1);
    expect(terminal.written).toBe('');
    run.advance(200, 1);
    expect(terminal.lines[0]).toContain('20 % | 2/10');
  });

  it('is not seen at all in a short run', () => {
    const terminal = new FakeTerminal();
    const run = startRun(terminal, undefined, { total: 10 });
    run.advance(300, 10);
    run.reporter.finish('fulfilled');
    expect(terminal.written).toBe('');
  });

  it('gives way while another bar is shown, and takes its turn afterwards', () => {
    const terminal = new FakeTerminal();
    const clock = new FakeClock();
    const first = startRun(terminal, undefined, { total: 10, clock });
    const second = startRun(terminal, undefined, { total: 77, clock });
    clock.pass(1000);
    expect(terminal.lines).toHaveLength(1);
    expect(terminal.lines[0]).toContain('0/10');
    first.reporter.finish('fulfilled');
    clock.pass(200);
    expect(terminal.lines).toHaveLength(2);
    expect(terminal.lines[1]).toContain('0/77');
    second.reporter.finish('fulfilled');
  });
});

describe('a bar that was asked for', () => {
  it.each([true, 'bar', { label: 'flights' }] as const)('is there at once: %o', (progress) => {
    const terminal = new FakeTerminal();
    startRun(terminal, progress, { total: 10 });
    expect(terminal.lines[0]).toContain('0 % | 0/10');
  });

  it('ends with every job counted, also those that nobody has looked at yet', () => {
    const terminal = new FakeTerminal();
    const run = startRun(terminal, true, { total: 1000 });
    run.advance(50, 1000);
    run.reporter.finish('fulfilled');
    expect(terminal.lines).toHaveLength(1);
    expect(terminal.lines[0]).toContain('100 % | 1000/1000');
  });

  it('shows how far a failed run got, and that it stopped', () => {
    const terminal = new FakeTerminal();
    const run = startRun(terminal, true, { total: 1000 });
    run.advance(5000, 400, 1);
    run.reporter.finish('rejected');
    expect(terminal.lines).toEqual([
      expect.stringContaining('40 % | 400/1000 | stopped after 5.0 s | 80 jobs/s | 1 failed'),
    ]);
  });

  it('mentions failures only when there are some', () => {
    const terminal = new FakeTerminal();
    const run = startRun(terminal, true, { total: 10 });
    run.advance(200, 1);
    expect(terminal.lines[0]).not.toContain('failed');
    run.advance(200, 1, 1);
    expect(terminal.lines[0]).toContain('1 failed');
  });

  it('works without a total', () => {
    const terminal = new FakeTerminal();
    const run = startRun(terminal, true);
    run.advance(2000, 50);
    expect(terminal.lines[0]).toMatch(/^50 jobs \| 2\.0 s/);
    run.reporter.finish('fulfilled');
    expect(terminal.lines).toEqual(['50 jobs | 2.0 s | 25 jobs/s']);
  });

  it('goes without a trace when it is not to stay', () => {
    const terminal = new FakeTerminal();
    terminal.write('before\n');
    const run = startRun(terminal, { label: 'inner', leave: false }, { total: 10 });
    run.advance(1000, 10);
    run.reporter.finish('fulfilled');
    terminal.write('after\n');
    expect(terminal.lines).toEqual(['before', 'after']);
  });

  it('stays in its row on a terminal that is too narrow for it', () => {
    const terminal = new FakeTerminal({ columns: 24 });
    const run = startRun(terminal, { label: '分析データ' }, { total: 10 });
    run.advance(1000, 5);
    expect(terminal.lines).toHaveLength(1);
  });
});

describe('nested loops', () => {
  it('have the inner bar below the outer one, run after run', () => {
    const terminal = new FakeTerminal();
    const clock = new FakeClock();
    const outer = startRun(terminal, true, { total: 3, clock });
    for (const name of ['first', 'second', 'third']) {
      const inner = startRun(terminal, { label: name, leave: false }, { total: 50, clock });
      inner.advance(1000, 25);
      expect(terminal.lines).toEqual([
        expect.stringContaining('/3'),
        expect.stringMatching(`^${name} .*25/50`),
      ]);
      inner.reporter.finish('fulfilled');
      outer.advance(0, 1);
    }
    outer.reporter.finish('fulfilled');
    expect(terminal.lines).toEqual([expect.stringContaining('3/3')]);
  });

  it('leave inner bars behind, in order, above the outer one', () => {
    const terminal = new FakeTerminal();
    const clock = new FakeClock();
    const outer = startRun(terminal, true, { total: 2, clock });
    for (const label of ['first', 'second']) {
      const inner = startRun(terminal, { label }, { total: 50, clock });
      inner.advance(1000, 50);
      inner.reporter.finish('fulfilled');
    }
    outer.reporter.finish('fulfilled');
    expect(terminal.lines.map((line) => line.split(' ')[0])).toEqual(['first', 'second', expect.anything()]);
    expect(terminal.lines[2]).toContain('/2');
  });
});

describe('a loop that never gives way to timers', () => {
  it('has its bar drawn between jobs, ten times a second at most', () => {
    const terminal = new FakeTerminal();
    const run = startRun(terminal, true, { total: 10_000 });
    const before = terminal.written.split('0/10000').length;
    for (let job = 0; job < 10_000; job++) {
      run.clock.passBusily(0.1);
      run.reporter.tick();
    }
    const draws = terminal.written.split('0/10000').length - before;
    expect(draws).toBeGreaterThanOrEqual(9);
    expect(draws).toBeLessThanOrEqual(13);
  });
});

describe('the terminal', () => {
  it('keeps its cursor and its modes between any two writes', () => {
    const terminal = new FakeTerminal();
    const run = startRun(terminal, true, { total: 10 });
    run.advance(500, 5);
    expect(terminal).toMatchObject({ wraps: true, cursorVisible: true });
    expect(terminal.written).not.toContain('\x1b[?25l');
  });

  it('is left to itself when the run is over', () => {
    const terminal = new FakeTerminal();
    const run = startRun(terminal, true, { total: 10 });
    const listeners = process.listenerCount('exit');
    run.reporter.finish('rejected');
    expect(Object.hasOwn(terminal, 'write')).toBe(false);
    expect(process.listenerCount('exit')).toBe(listeners - 1);
    expect(run.clock.timers).toBe(0);
  });

  it('gets no signal handlers', () => {
    const terminal = new FakeTerminal();
    const signals = ['SIGINT', 'SIGTERM', 'SIGWINCH'] as const;
    const before = signals.map((signal) => process.listenerCount(signal));
    const run = startRun(terminal, true, { total: 10 });
    run.advance(500, 5);
    expect(signals.map((signal) => process.listenerCount(signal))).toEqual(before);
    run.reporter.finish('fulfilled');
  });
});
