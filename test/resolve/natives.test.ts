import { randomInt } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { resolveWorker } from '../../src/resolve/resolve-worker.ts';
import { valueFromThread } from './in-a-thread.ts';

describe('functions of the language and of Node are found by name', () => {
  test.each([
    ['Math.sqrt', Math.sqrt, ['Math', 'sqrt']],
    ['parseInt', parseInt, ['parseInt']],
    ['Number.parseFloat', Number.parseFloat, ['parseFloat']],
    ['JSON.stringify', JSON.stringify, ['JSON', 'stringify']],
    ['structuredClone', structuredClone, ['structuredClone']],
    ['String', String, ['String']],
    ['path.basename', basename, ['basename']],
    ['crypto.randomInt', randomInt, ['randomInt']],
    ['fs.promises.stat', stat, ['stat']],
    ['zlib.gzipSync', gzipSync, ['gzipSync']],
    ['Buffer.from', Buffer.from, ['Buffer', 'from']],
  ])('%s', (_what, target, path) => {
    expect(resolveWorker(target).reference).toMatchObject({ type: 'native', path });
  });
});

test('a function of Node runs in a thread', async () => {
  expect(await valueFromThread(basename, '/a/b')).toBe('b');
});

test('a native that nobody exports is refused with the way out', () => {
  expect(() => resolveWorker(String.prototype.trim)).toThrow(
    expect.objectContaining({
      code: 'WORKER_NOT_LOCATED',
      message: expect.stringContaining('arrow function'),
    }),
  );
});
