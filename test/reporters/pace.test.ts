import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pace } from '../../src/reporters/pace.ts';

const step = fc.record({
  milliseconds: fc.integer({ min: 1, max: 60_000 }),
  jobs: fc.nat({ max: 1_000_000 }),
});
const steps = fc.array(step, { minLength: 1, maxLength: 40 });

/** What a run shows after each of its steps. */
function follow(path: readonly { milliseconds: number; jobs: number }[], total?: number) {
  const pace = new Pace(0);
  let now = 0;
  let done = 0;
  return path.map(({ milliseconds, jobs }) => {
    now += milliseconds;
    done += jobs;
    return pace.observe(now, { total, done, failed: 0 });
  });
}

describe('the time left', () => {
  it('follows from the average of the whole run, whatever happened last', () => {
    fc.assert(
      fc.property(steps, fc.nat({ max: 1_000_000 }), (path, rest) => {
        const done = path.reduce((sum, { jobs }) => sum + jobs, 0);
        fc.pre(done > 0);
        const { elapsed, secondsLeft } = follow(path, done + rest).at(-1)!;
        expect(secondsLeft).toBeCloseTo((elapsed / done) * rest, 6);
      }),
    );
  });

  it('is unknown before the first job is done', () => {
    expect(new Pace(0).observe(1000, { total: 10, done: 0, failed: 0 }).secondsLeft).toBeUndefined();
  });

  it('is unknown while the number of jobs is', () => {
    expect(new Pace(0).observe(1000, { total: undefined, done: 5, failed: 0 }).secondsLeft).toBeUndefined();
  });

  it('is nothing when everything is done', () => {
    expect(new Pace(0).observe(1000, { total: 5, done: 5, failed: 0 }).secondsLeft).toBe(0);
  });
});

describe('the rate', () => {
  it('is unknown before the first job is done', () => {
    expect(new Pace(0).observe(1000, { total: 10, done: 0, failed: 0 }).jobsPerSecond).toBeUndefined();
  });

  it('is never above the fastest step', () => {
    fc.assert(
      fc.property(steps, (path) => {
        // Steps without a job only lengthen the next one.
        const fastest = Math.max(...path.map(({ milliseconds, jobs }) => (jobs / milliseconds) * 1000));
        for (const { jobsPerSecond } of follow(path)) {
          expect(jobsPerSecond ?? 0).toBeLessThanOrEqual(fastest * (1 + 1e-9));
        }
      }),
    );
  });

  it('is exact from the first step on when the run is steady, however slow', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60_000 }),
        fc.integer({ min: 1, max: 1000 }),
        (milliseconds, jobs) => {
          const path = Array.from({ length: 20 }, () => ({ milliseconds, jobs }));
          for (const { jobsPerSecond } of follow(path))
            expect(jobsPerSecond).toBeCloseTo((jobs / milliseconds) * 1000, 6);
        },
      ),
    );
  });

  it('does not jump between the jobs of a slow run', () => {
    const looks = Array.from({ length: 300 }, (_, look) => ({
      milliseconds: 100,
      jobs: look % 100 === 99 ? 1 : 0,
    }));
    const rates = follow(looks).slice(100);
    for (const { jobsPerSecond } of rates) expect(jobsPerSecond).toBeCloseTo(0.1, 3);
  });

  it('follows a change of speed within seconds', () => {
    const slow = Array.from({ length: 300 }, () => ({ milliseconds: 100, jobs: 1 }));
    const fast = Array.from({ length: 200 }, () => ({ milliseconds: 100, jobs: 10 }));
    expect(follow([...slow, ...fast]).at(-1)!.jobsPerSecond).toBeGreaterThan(95);
  });

  it('sinks while a run stands still', () => {
    const path = [
      ...Array.from({ length: 50 }, () => ({ milliseconds: 100, jobs: 10 })),
      { milliseconds: 60_000, jobs: 0 },
    ];
    expect(follow(path).at(-1)!.jobsPerSecond).toBeLessThan(1);
  });
});
