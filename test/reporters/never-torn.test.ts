import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startRun } from './fake-run.ts';
import { FakeTerminal } from './fake-terminal.ts';

const bar = expect.stringContaining('3/10');

function startBar() {
  const terminal = new FakeTerminal();
  const run = startRun(terminal, true, { total: 10, logLevel: 'info' });
  run.advance(200, 3);
  return { terminal, run };
}

describe('a bar that others write beside', () => {
  it('has log lines above it', () => {
    const { terminal, run } = startBar();
    run.reporter.log({ level: 'warn', message: 'odd', workerId: 1, place: 8 });
    run.reporter.log({ level: 'info', message: 'two\nlines' });
    expect(terminal.lines).toEqual(['[warn] worker 1, job 8: odd', '[info] two', 'lines', bar]);
  });

  it('has the lines of the program and its workers above it', () => {
    const { terminal } = startBar();
    terminal.write('from a job\n');
    terminal.write(Buffer.from('two\nlines\n'));
    expect(terminal.lines).toEqual(['from a job', 'two', 'lines', bar]);
  });

  it('waits for the end of a line that comes in pieces', () => {
    const { terminal } = startBar();
    terminal.write('from ');
    expect(terminal.lines).toEqual([bar]);
    terminal.write('a job\nand the');
    expect(terminal.lines).toEqual(['from a job', bar]);
  });

  it('is followed by what never became a line', () => {
    const { terminal, run } = startBar();
    terminal.write('> ');
    run.reporter.finish('fulfilled');
    terminal.write('next');
    expect(terminal.lines).toEqual([bar, '> next']);
  });

  it('does not mix with another display that draws itself, which comes back afterwards', () => {
    const terminal = new FakeTerminal();
    terminal.write('one\ntwo');
    const run = startRun(terminal, { leave: false }, { total: 10 });
    const redraw = ['\x1b[1A', '\x1b[1G', 'three', '\n', '\x1b[1G', 'four'];
    for (let draw = 0; draw < 3; draw++) {
      for (const piece of redraw) terminal.write(piece);
      run.advance(200, 1);
    }
    expect(terminal.lines).toEqual(['one', bar]);
    run.reporter.finish('fulfilled');
    expect(terminal.lines).toEqual(['three', 'four']);
  });

  it('loses no character, in whatever pieces and encodings they come', () => {
    const piece = fc.stringMatching(/^[a-zé\n ]{0,12}$/);
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const { terminal, run } = startBar();
        for (const text of pieces) terminal.write(text, 'utf8');
        run.reporter.finish('fulfilled');
        const shown = terminal.lines.filter((line) => !line.includes('3/10')).map((line) => line.trimEnd());
        const expected = pieces
          .join('')
          .split('\n')
          .map((line) => line.trimEnd());
        expect(shown.filter(Boolean)).toEqual(expected.filter(Boolean));
      }),
    );
  });

  it('lets writers know when their text is on its way', async () => {
    const { terminal } = startBar();
    await new Promise<void>((written) => terminal.write('piece', 'utf8', () => written()));
    await new Promise<void>((written) => terminal.write('line\n', () => written()));
    expect(terminal.lines[0]).toBe('pieceline');
  });

  it('leaves a wrapper alone that somebody put around the stream meanwhile', () => {
    const { terminal, run } = startBar();
    const seen: unknown[] = [];
    const write = terminal.write;
    terminal.write = (chunk) => {
      seen.push(chunk);
      return write.call(terminal, chunk);
    };
    run.reporter.finish('fulfilled');
    terminal.write('after\n');
    expect(seen).toContain('after\n');
    expect(terminal.lines).toEqual([bar, 'after']);
  });
});

describe('a stream that can no longer be written to', () => {
  it('does not end the run', () => {
    const { terminal, run } = startBar();
    terminal.write = () => {
      throw new Error('EPIPE');
    };
    expect(() => {
      run.advance(200, 1);
      run.reporter.log({ level: 'error', message: 'lost' });
      run.reporter.finish('fulfilled');
    }).not.toThrow();
  });
});
