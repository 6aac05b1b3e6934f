import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Pace } from '../../src/protocol/pace.ts';

test('starts at one, and grows by steps while jobs are short', () => {
  const pace = new Pace(2);
  const sizes = [pace.size];
  for (let i = 0; i < 4; i++) {
    pace.measured(pace.size, 0.001 * pace.size);
    sizes.push(pace.size);
  }
  expect(sizes).toEqual([1, 4, 16, 64, 256]);
});

test('comes to as many jobs as take the target time', () => {
  const pace = new Pace(2);
  for (let i = 0; i < 10; i++) pace.measured(pace.size, 0.02 * pace.size);
  expect(pace.size).toBe(100);
});

test('goes down at once', () => {
  const pace = new Pace(2);
  for (let i = 0; i < 10; i++) pace.measured(pace.size, 0);
  pace.measured(5, 100);
  expect(pace.size).toBe(1);
});

test('does not grow without end where jobs take no time', () => {
  const pace = new Pace(2);
  for (let i = 0; i < 100; i++) pace.measured(1, 0);
  expect(pace.size).toBeLessThan(2 ** 31);
});

test('nothing done says nothing', () => {
  const pace = new Pace(2);
  pace.measured(1, 0.1);
  pace.measured(0, 50);
  expect(pace.size).toBe(4);
});

test('is always a whole number from one up, at most four times the last and never longer than the target', () => {
  const measurement = fc.tuple(
    fc.integer({ min: 1, max: 1e6 }),
    fc.double({ min: 0, max: 1e6, noNaN: true }),
  );
  fc.assert(
    fc.property(fc.array(measurement), (measurements) => {
      const pace = new Pace(2);
      for (const [jobs, milliseconds] of measurements) {
        const before = pace.size;
        pace.measured(jobs, milliseconds);
        expect(Number.isInteger(pace.size) && pace.size >= 1 && pace.size <= 4 * before).toBe(true);
        if (pace.size > 1) expect((pace.size * milliseconds) / jobs).toBeLessThanOrEqual(2.000001);
      }
    }),
  );
});
