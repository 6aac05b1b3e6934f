import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Standing } from '../../src/reporters/pace.ts';
import { progressLine, progressRow, type RowLayout } from '../../src/reporters/wording.ts';

const midway: Standing = {
  total: 1000,
  done: 400,
  failed: 2,
  elapsed: 12.3,
  secondsLeft: 18.45,
  jobsPerSecond: 33,
};
const over: Standing = { total: 1000, done: 1000, failed: 0, elapsed: 20, secondsLeft: 0, jobsPerSecond: 80 };
const endless: Standing = {
  total: undefined,
  done: 7,
  failed: 0,
  elapsed: 2,
  secondsLeft: undefined,
  jobsPerSecond: 3.5,
};
const untouched: Standing = {
  total: 5,
  done: 0,
  failed: 0,
  elapsed: 1,
  secondsLeft: undefined,
  jobsPerSecond: undefined,
};

const layout: RowLayout = {
  label: undefined,
  width: 100,
  drawBar: (fraction, size) => '#'.repeat(Math.round(fraction * size)).padEnd(size, '.'),
};

describe('a line', () => {
  it('says how far the run is, how long it took and will take, how fast it is and what failed', () => {
    expect(progressLine(midway)).toBe(
      'parajob: 400/1000 jobs (40 %), 12.3 s elapsed, about 19 s left, 33 jobs/s, 2 failed',
    );
  });

  it('of a finished run gives the average', () => {
    expect(progressLine(over, 'fulfilled')).toBe('parajob: 1000/1000 jobs (100 %) in 20.0 s, 50 jobs/s');
  });

  it('of a failed run says how far it got', () => {
    expect(progressLine(midway, 'rejected')).toBe(
      'parajob: stopped at 400/1000 jobs (40 %) after 12.3 s, 33 jobs/s, 2 failed',
    );
  });

  it('needs no total', () => {
    expect(progressLine(endless)).toBe('parajob: 7 jobs, 2.0 s elapsed, 3.5 jobs/s');
  });

  it('makes nothing up before the first job is done', () => {
    expect(progressLine(untouched)).toBe('parajob: 0/5 jobs (0 %), 1.0 s elapsed');
  });
});

describe('a row', () => {
  it('has the bar first and then the same words, shorter', () => {
    expect(progressRow(midway, { ...layout, label: 'spectra' })).toBe(
      'spectra ############..................  40 % | 400/1000 | 12.3 s | 19 s left | 33 jobs/s | 2 failed',
    );
  });

  it('of a failed run says that it stopped', () => {
    expect(progressRow(midway, layout, 'rejected')).toContain(
      '400/1000 | stopped after 12.3 s | 33 jobs/s | 2 failed',
    );
  });

  it('without a total has counts and no bar', () => {
    expect(progressRow(endless, layout)).toBe('7 jobs | 2.0 s | 3.5 jobs/s');
  });

  it('of no jobs at all is full', () => {
    expect(progressRow({ ...untouched, total: 0 }, layout, 'fulfilled')).toMatch(/^#+ 100 % \| 0\/0/);
  });

  it('keeps to one line, whatever the label says', () => {
    expect(progressRow(midway, { ...layout, label: 'two\nlines\x1b[2J' })).toMatch(/^two lines \[2J /);
  });

  it('never fills more than its width', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.string({ maxLength: 80 }), (width, label) => {
        expect(progressRow(midway, { ...layout, label, width }).length).toBeLessThanOrEqual(width);
      }),
    );
  });
});
