import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatCount,
  formatEstimate,
  formatLogRecord,
  formatPercent,
  formatRate,
  formatSeconds,
} from '../../src/reporters/format.ts';

describe('durations', () => {
  it.each([
    [0, '0 ms'],
    [0.04, '40 ms'],
    [0.0996, '0.1 s'],
    [3.42, '3.4 s'],
    [12.3, '12.3 s'],
    [59.94, '59.9 s'],
    [59.96, '1:00'],
    [125, '2:05'],
    [3599.6, '1:00:00'],
    [3725, '1:02:05'],
    [93_600, '26:00:00'],
    [Number.POSITIVE_INFINITY, '?'],
  ])('%d seconds read %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });

  it('estimates have no decimals, and are nothing only at the end', () => {
    expect([0, 0.2, 17.4, 59.4, 125].map(formatEstimate)).toEqual(['0 s', '1 s', '18 s', '1:00', '2:05']);
  });
});

describe('counts', () => {
  it('are exact as long as they can be taken in', () => {
    expect([0, 999, 12_345, 99_999].map(formatCount)).toEqual(['0', '999', '12345', '99999']);
  });

  it('are rounded down above, so that a count is never ahead of the run', () => {
    expect([123_456, 999_999, 1_299_999, 3_000_000].map(formatCount)).toEqual([
      '123 k',
      '999 k',
      '1.2 M',
      '3 M',
    ]);
  });

  it('never shrink while the run goes on', () => {
    const value = (text: string) => {
      const [digits = '', unit = ''] = text.split(' ');
      return Number(digits) * 1000 ** ' kMGT'.indexOf(unit || ' ');
    };
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.nat({ max: 10_000 }), (count, more) => {
        expect(value(formatCount(count + more))).toBeGreaterThanOrEqual(value(formatCount(count)));
        expect(value(formatCount(count))).toBeLessThanOrEqual(count);
      }),
    );
  });
});

describe('percentages', () => {
  it('say 100 only when everything is done', () => {
    expect(formatPercent(999_999, 1_000_000)).toBe('99 %');
    expect(formatPercent(1_000_000, 1_000_000)).toBe('100 %');
  });

  it('of nothing are 100', () => {
    expect(formatPercent(0, 0)).toBe('100 %');
  });
});

describe('rates', () => {
  it.each([
    [1_234_567, '1.2 M jobs/s'],
    [999.7, '1 k jobs/s'],
    [33.3, '33 jobs/s'],
    [2.54, '2.5 jobs/s'],
    [0, '0 jobs/s'],
  ])('%d jobs a second read %s', (rate, text) => {
    expect(formatRate(rate)).toBe(text);
  });

  it('are turned round below one a second', () => {
    expect(formatRate(0.25)).toBe('4.0 s/job');
    expect(formatRate(1 / 90)).toBe('1:30/job');
  });
});

describe('log lines', () => {
  it('name worker and job', () => {
    expect(formatLogRecord({ level: 'warn', message: 'odd', workerId: 1, place: 8 })).toBe(
      '[warn] worker 1, job 8: odd',
    );
  });

  it('leave out what is not known', () => {
    expect(formatLogRecord({ level: 'info', message: 'ready', workerId: 0 })).toBe('[info] worker 0: ready');
    expect(formatLogRecord({ level: 'error', message: 'no', place: 0 })).toBe('[error] job 0: no');
    expect(formatLogRecord({ level: 'info', message: 'slower than a loop' })).toBe(
      '[info] slower than a loop',
    );
  });
});
