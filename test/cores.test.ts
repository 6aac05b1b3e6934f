import { availableParallelism } from 'node:os';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { usableCores, workerCap } from '../src/cores.ts';

function machine(files: Record<string, string>): (path: string) => string | undefined {
  return (path) => files[path];
}

describe('a process may use the cores it can be scheduled on', () => {
  test('if nothing else is known', () => {
    expect(usableCores(8, machine({}))).toBe(8);
  });

  test('here and now, without help', () => {
    expect(usableCores()).toBeGreaterThanOrEqual(1);
    expect(usableCores()).toBeLessThanOrEqual(availableParallelism());
  });
});

describe('with a quota of cgroup v2 it may use that', () => {
  const group = { '/proc/self/cgroup': '0::/app/worker\n' };

  test.each([
    ['200000 100000', 2],
    ['150000 100000', 2],
    ['50000 100000', 1],
    ['max 100000', 8],
    ['1600000 100000', 8],
    ['', 8],
    ['nonsense', 8],
  ])('%j on 8 cores gives %d', (max, cores) => {
    expect(usableCores(8, machine({ ...group, '/sys/fs/cgroup/app/worker/cpu.max': `${max}\n` }))).toBe(
      cores,
    );
  });

  test('the tightest of the group and those around it', () => {
    const files = {
      ...group,
      '/sys/fs/cgroup/app/worker/cpu.max': '400000 100000\n',
      '/sys/fs/cgroup/app/cpu.max': '300000 100000\n',
      '/sys/fs/cgroup/cpu.max': 'max 100000\n',
    };
    expect(usableCores(8, machine(files))).toBe(3);
  });

  test('also where a container sees the path of its host', () => {
    expect(usableCores(8, machine({ ...group, '/sys/fs/cgroup/cpu.max': '200000 100000' }))).toBe(2);
  });
});

describe('with a quota of cgroup v1 it may use that', () => {
  const quota = (folder: string, us: string) => ({
    [`${folder}/cpu.cfs_quota_us`]: `${us}\n`,
    [`${folder}/cpu.cfs_period_us`]: '100000\n',
  });

  test('under the name of the controller, or of all that share its tree', () => {
    const alone = {
      '/proc/self/cgroup': '4:memory:/m\n2:cpu:/app\n0::/\n',
      ...quota('/sys/fs/cgroup/cpu/app', '200000'),
    };
    expect(usableCores(8, machine(alone))).toBe(2);
    const shared = {
      '/proc/self/cgroup': '3:cpu,cpuacct:/docker/f00\n',
      ...quota('/sys/fs/cgroup/cpu,cpuacct', '300000'),
    };
    expect(usableCores(8, machine(shared))).toBe(3);
  });

  test('-1 is none, and quotas of other controllers do not count', () => {
    const none = { '/proc/self/cgroup': '2:cpu:/\n', ...quota('/sys/fs/cgroup/cpu', '-1') };
    expect(usableCores(8, machine(none))).toBe(8);
    const other = { '/proc/self/cgroup': '2:cpuset:/\n', ...quota('/sys/fs/cgroup/cpuset', '100000') };
    expect(usableCores(8, machine(other))).toBe(8);
  });
});

test('whatever these files say, there is at least one core and not one too many', () => {
  const cores = fc.integer({ min: 1, max: 128 });
  fc.assert(
    fc.property(cores, fc.string(), fc.string(), (n, groups, max) => {
      const found = usableCores(n, (path) => (path === '/proc/self/cgroup' ? `0::/${groups}` : max));
      return Number.isInteger(found) && found >= 1 && found <= n;
    }),
  );
});

describe('PARAJOB_WORKERS caps every runner', () => {
  test('if it is set', () => {
    expect(workerCap({ PARAJOB_WORKERS: '3' })).toBe(3);
    expect(workerCap({ PARAJOB_WORKERS: '' })).toBe(Number.POSITIVE_INFINITY);
    expect(workerCap({})).toBe(Number.POSITIVE_INFINITY);
  });

  test.each(['0', '-1', 'all', '1.5', '1e3', ' '])('and %j is an error that names it', (value) => {
    expect(() => workerCap({ PARAJOB_WORKERS: value })).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: `the environment variable PARAJOB_WORKERS is '${value}', not a whole number from 1 up`,
      }),
    );
  });
});
