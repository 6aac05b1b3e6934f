import { log, ParallelWorker } from 'parajob';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { LogLevel, LogRecord } from '../../src/protocol/log-record.ts';
import { getLogSink, type LogSink, setLogSink } from '../../src/worker/log.ts';

function collector(logLevel: LogLevel): LogSink & { readonly records: LogRecord[] } {
  const records: LogRecord[] = [];
  return { logLevel, records, write: (record) => void records.push(record) };
}

function sayEverything(): void {
  log.debug('d');
  log.info('i');
  log.warn('w');
  log.error('e');
}

afterEach(() => {
  setLogSink(undefined);
  vi.restoreAllMocks();
});

describe('in a lane', () => {
  test('what is said goes to its sink, from its level up', () => {
    const sink = collector('info');
    setLogSink(sink);
    sayEverything();
    expect(sink.records).toEqual([
      { level: 'info', message: 'i' },
      { level: 'warn', message: 'w' },
      { level: 'error', message: 'e' },
    ]);
  });

  test('arguments are put together as console does', () => {
    const sink = collector('debug');
    setLogSink(sink);
    log.info('%d of %s', 3, 'five', { a: [1] });
    expect(sink.records[0]?.message).toBe('3 of five { a: [ 1 ] }');
  });

  test('what is hidden is not even formatted', () => {
    setLogSink(collector('warn'));
    const costly = { toString: vi.fn(() => 'text') };
    log.debug('%s', costly);
    expect(costly.toString).not.toHaveBeenCalled();
  });

  test('a worker says it as functions do', () => {
    class Talker extends ParallelWorker {
      paraMethod(): void {
        this.log.error('e');
      }
    }
    const sink = collector('warn');
    setLogSink(sink);
    new Talker().paraMethod();
    expect(sink.records).toEqual([{ level: 'error', message: 'e' }]);
  });

  test('a lane within can put back what it found', () => {
    const [outer, inner] = [collector('debug'), collector('debug')];
    setLogSink(outer);
    const found = getLogSink();
    setLogSink(inner);
    log.info('inside');
    setLogSink(found);
    log.info('outside');
    expect(inner.records.map(({ message }) => message)).toEqual(['inside']);
    expect(outer.records.map(({ message }) => message)).toEqual(['outside']);
  });

  test('another copy of the package talks to the same sink', async () => {
    const sink = collector('debug');
    setLogSink(sink);
    vi.resetModules();
    const copy = await import('../../src/worker/log.ts');
    expect(copy.log).not.toBe(log);
    copy.log.info('from there');
    expect(sink.records).toEqual([{ level: 'info', message: 'from there' }]);
  });
});

test('outside of a run, warnings and errors go to stderr', () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  sayEverything();
  expect(write.mock.calls.map(([text]) => text)).toEqual(['[warn] w\n', '[error] e\n']);
});
