import { MultiBar, type Options, SingleBar } from 'cli-progress';
import { afterEach, describe, expect, it } from 'vitest';
import type { ProgressBarLike } from '../../src/reporters/progress-option.ts';
import { startRun } from './fake-run.ts';
import { FakeTerminal } from './fake-terminal.ts';

const opened: { stop(): void }[] = [];
afterEach(() => {
  for (const bar of opened.splice(0)) bar.stop();
});

function optionsFor(terminal: FakeTerminal): Options {
  return { stream: terminal as unknown as NodeJS.WritableStream, format: '{value}/{total}', fps: 1000 };
}

function openBars(terminal: FakeTerminal): MultiBar {
  const bars = new MultiBar(optionsFor(terminal));
  opened.push(bars);
  return bars;
}

function openBar(terminal: FakeTerminal): SingleBar {
  const bar = new SingleBar(optionsFor(terminal));
  opened.push(bar);
  return bar;
}

describe('one bar of a MultiBar', () => {
  it('is advanced, keeps its total and goes on', () => {
    const terminal = new FakeTerminal();
    const bars = openBars(terminal);
    const bar = bars.create(30, 0);
    const run = startRun(terminal, bar, { total: 10 });
    run.advance(200, 4);
    run.advance(0, 6);
    run.reporter.finish('fulfilled');
    bars.update();
    expect(terminal.lines).toEqual(['10/30']);
    expect(bar.isActive).toBe(true);
  });

  it('adds up over several runs', () => {
    const terminal = new FakeTerminal();
    const bar = openBars(terminal).create(30, 0);
    for (let round = 0; round < 3; round++) {
      const run = startRun(terminal, bar, { total: 10 });
      run.advance(200, 10);
      run.reporter.finish('fulfilled');
    }
    expect(bar.getProgress()).toBe(1);
  });

  it('is given a total if it has none', () => {
    const terminal = new FakeTerminal();
    const bar = openBars(terminal).create(0, 0);
    startRun(terminal, bar, { total: 10 }).reporter.finish('fulfilled');
    expect(bar.getTotal()).toBe(10);
  });

  it('has log lines above it, and above the other bars', () => {
    const terminal = new FakeTerminal();
    const bars = openBars(terminal);
    const [outer, inner] = [bars.create(3, 0), bars.create(10, 0)];
    bars.update();
    const run = startRun(terminal, inner, { total: 10 });
    for (let round = 1; round <= 3; round++) {
      run.advance(200, 1);
      outer.increment();
      run.reporter.log({ level: 'warn', message: `line ${round}` });
      bars.update();
    }
    expect(terminal.lines).toEqual(['[warn] line 1', '[warn] line 2', '[warn] line 3', '3/3', '3/10']);
  });

  it('is there again after a line, although it has not moved', () => {
    const terminal = new FakeTerminal();
    const bars = openBars(terminal);
    const bar = bars.create(10, 0);
    bars.update();
    const run = startRun(terminal, bar, { total: 10 });
    run.reporter.log({ level: 'warn', message: 'line' });
    bars.update();
    expect(terminal.lines).toEqual(['[warn] line', '0/10']);
  });

  it('has the lines of workers above it', () => {
    const terminal = new FakeTerminal();
    const bars = openBars(terminal);
    const bar = bars.create(10, 0);
    bars.update();
    const run = startRun(terminal, bar, { total: 10 });
    run.advance(200, 1);
    terminal.write('from a job\n');
    bars.update();
    expect(terminal.lines).toEqual(['from a job', '1/10']);
    run.reporter.finish('fulfilled');
    expect(Object.hasOwn(terminal, 'write')).toBe(false);
  });

  it('keeps a bar that nobody asked for away', () => {
    const terminal = new FakeTerminal();
    const bars = openBars(terminal);
    const outer = startRun(terminal, bars.create(10, 0), { total: 10 });
    const inner = startRun(terminal, undefined, { total: 77, clock: outer.clock });
    outer.clock.pass(2000);
    bars.update();
    expect(terminal.lines).toEqual(['0/10']);
    inner.reporter.finish('fulfilled');
  });
});

describe('a SingleBar', () => {
  it('that runs is advanced and goes on', () => {
    const terminal = new FakeTerminal();
    const bar = openBar(terminal);
    bar.start(10, 2);
    const run = startRun(terminal, bar, { total: 8 });
    run.advance(200, 8);
    run.reporter.finish('fulfilled');
    expect(bar.isActive).toBe(true);
    bar.stop();
    expect(terminal.lines).toEqual(['10/10']);
  });

  it('that nobody has started is started for the run and stopped after it, as often as it is used', () => {
    const terminal = new FakeTerminal();
    const bar = openBar(terminal);
    for (const total of [7, 9]) {
      const run = startRun(terminal, bar, { total });
      expect(bar.isActive).toBe(true);
      run.advance(200, total);
      run.reporter.finish('fulfilled');
      expect(bar.isActive).toBe(false);
    }
    expect(terminal.lines).toEqual(['7/7', '9/9']);
  });

  it('ends below the log lines, not over them', () => {
    const terminal = new FakeTerminal();
    const bar = openBar(terminal);
    bar.start(10, 0);
    const run = startRun(terminal, bar, { total: 10 });
    run.reporter.log({ level: 'warn', message: 'one' });
    run.reporter.log({ level: 'warn', message: 'two' });
    run.advance(200, 10);
    run.reporter.finish('fulfilled');
    bar.stop();
    terminal.write('after\n');
    expect(terminal.lines).toEqual(['[warn] one', '[warn] two', '10/10', 'after']);
  });
});

describe('a bar that throws', () => {
  it('is given up once and aloud, and the run goes on', () => {
    const stream = new FakeTerminal({ isTTY: false });
    let calls = 0;
    const bar: ProgressBarLike = {
      increment() {
        calls++;
        throw new Error('worn out');
      },
      getTotal: () => 10,
      setTotal() {},
    };
    const run = startRun(stream, bar, { total: 10 });
    run.advance(1000, 5);
    run.advance(1000, 5);
    run.reporter.finish('fulfilled');
    expect(stream.written).toBe('[warn] the progress bar that was handed in failed: worn out\n');
    expect(calls).toBe(1);
  });
});
