import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { posix } from 'node:path';
import { JobRunnerError } from './errors.ts';

/** A file's text; undefined if it cannot be read. */
export type ReadText = (path: string) => string | undefined;

/**
 * How many cores this process may keep busy: those it may be scheduled on, or the CPU quota of its container if
 * that is less. Node's own count learned about quotas only in later versions.
 */
export function usableCores(cores: number = availableParallelism(), read: ReadText = readText): number {
  return Math.max(1, Math.min(cores, Math.ceil(cpuQuota(read))));
}

/**
 * The most workers that the environment variable `PARAJOB_WORKERS` lets any runner have; Infinity if it is not set.
 *
 * @throws JobRunnerError `INVALID_OPTION` if it is not a whole number from 1 up.
 */
export function workerCap(env: NodeJS.ProcessEnv = process.env): number {
  const value = env.PARAJOB_WORKERS;
  if (value === undefined || value === '') return Number.POSITIVE_INFINITY;
  if (!/^0*[1-9]\d*$/.test(value)) {
    throw new JobRunnerError(
      'INVALID_OPTION',
      `the environment variable PARAJOB_WORKERS is '${value}', not a whole number from 1 up`,
    );
  }
  return Number(value);
}

/** The tightest quota among the process's control groups, in cores. */
function cpuQuota(read: ReadText): number {
  let quota = Number.POSITIVE_INFINITY;
  for (const line of (read('/proc/self/cgroup') ?? '').split('\n')) {
    const [, controllers, group] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (group === undefined) continue;
    if (controllers === '') quota = Math.min(quota, tightest(['/sys/fs/cgroup'], group, quotaV2));
    // Version 1 has a tree for each set of controllers, and a set goes by the names of all of them.
    else if (controllers?.split(',').includes('cpu')) {
      quota = Math.min(
        quota,
        tightest([`/sys/fs/cgroup/${controllers}`, '/sys/fs/cgroup/cpu'], group, quotaV1),
      );
    }
  }
  return quota;

  /**
   * A group has its own quota and those of all groups around it. Inside a container the path may be the host's,
   * with the container's own group at the root of the tree: walking up to the root finds it there too.
   */
  function tightest(roots: readonly string[], group: string, quotaAt: (folder: string) => number): number {
    let least = Number.POSITIVE_INFINITY;
    for (const root of roots) {
      for (let path = posix.join('/', group); ; path = posix.dirname(path)) {
        least = Math.min(least, quotaAt(posix.join(root, path)));
        if (path === '/') break;
      }
    }
    return least;
  }

  function quotaV2(folder: string): number {
    const [quota, period] = (read(posix.join(folder, 'cpu.max')) ?? '').split(' ');
    return ratio(quota, period);
  }

  function quotaV1(folder: string): number {
    return ratio(read(posix.join(folder, 'cpu.cfs_quota_us')), read(posix.join(folder, 'cpu.cfs_period_us')));
  }
}

/** Cores' worth of time; a quota of `max` or -1 is none. */
function ratio(quota: string | undefined, period: string | undefined): number {
  const cores = Number(quota) / Number(period);
  return cores > 0 ? cores : Number.POSITIVE_INFINITY;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
