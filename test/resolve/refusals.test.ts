import { describe, expect, test } from 'vitest';
import type { ModuleReference } from '../../src/resolve/module-reference.ts';
import { resolveWorker } from '../../src/resolve/resolve-worker.ts';

describe('what is no worker is refused', () => {
  test.each([
    ['a bound function', Math.max.bind(null, 1), /arrow function.*partial\(/],
    ['a number', 7, /not 7/],
    ['null', null, /not null/],
    ['a module without a place', { module: './lib.ts' }, /new URL\('.\/my-module.ts', import.meta.url\)/],
    ['a module that is no URL', { module: 7 }, /not 7/],
    ['an export without a name', { module: 'file:///lib.ts', name: 7 }, /not 7/],
  ])('%s', (_what, target, message) => {
    expect(() => resolveWorker(target as ModuleReference)).toThrow(
      expect.objectContaining({ code: 'INVALID_WORKER', message: expect.stringMatching(message) }),
    );
  });
});
