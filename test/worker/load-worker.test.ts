import { describe, expect, test } from 'vitest';
import type { ExportReference } from '../../src/protocol/worker-reference.ts';
import { isLoadingWorker, loadWorker } from '../../src/worker/load-worker.ts';

function inFixture(file: string, name: string): ExportReference {
  const url = new URL(`./fixtures/${file}`, import.meta.url).href;
  return { type: 'export', url, name, loader: file.endsWith('.cjs') ? 'require' : 'import', tsx: false };
}

describe('a worker that cannot be loaded is an error', () => {
  test.each([
    ['of a module that does not exist', 'nowhere.mjs', 'f', /nowhere\.mjs could not be loaded: Cannot find/],
    ['of a name that is not exported', 'loads.mjs', 'squre', /no export named squre.*: .*square/],
    ['of an export that is no function', 'loads.mjs', 'seven', /seven of .* is neither .* but number/],
    ['of a module that throws', 'throws.mjs', 'f', /throws\.mjs could not be loaded: not today/],
    ['of a CommonJS module that throws', 'throws.cjs', 'f', /throws\.cjs could not be loaded: not today/],
  ])('%s', async (_what, file, name, message) => {
    await expect(loadWorker(inFixture(file, name))).rejects.toMatchObject({
      code: 'WORKER_NOT_LOADED',
      message: expect.stringMatching(message),
    });
  });

  test('with what the module threw as its cause', async () => {
    await expect(loadWorker(inFixture('throws.mjs', 'f'))).rejects.toMatchObject({
      cause: expect.objectContaining({ name: 'RangeError', message: 'not today' }),
    });
  });
});

describe('a worker is loaded', () => {
  test.each([
    ['from module.exports', inFixture('exports.cjs', 'default')],
    ['from the exports of CommonJS', inFixture('exports.cjs', 'square')],
    ['from CommonJS that is imported', { ...inFixture('exports.cjs', 'square'), loader: 'import' } as const],
  ])('%s', async (_what, reference) => {
    expect((await loadWorker(reference)).worker).toHaveProperty('length', 1);
  });

  test('once a reference', async () => {
    const again = () => loadWorker({ ...inFixture('loads.mjs', 'square') });
    expect((await again()).worker).toBe((await again()).worker);
  });

  test('again after it has failed', async () => {
    let fails = true;
    Object.defineProperty(globalThis, 'laterThere', {
      configurable: true,
      get: () => (fails ? 1 : Math.abs),
    });
    const reference = { type: 'native', path: ['laterThere'] } as const;
    await expect(loadWorker(reference)).rejects.toMatchObject({ code: 'WORKER_NOT_LOADED' });
    fails = false;
    expect((await loadWorker(reference)).worker).toBe(Math.abs);
  });
});

test('elsewhere than in a thread of ours, loading hinders nobody', async () => {
  const loading = loadWorker(inFixture('loads.mjs', 'default'));
  expect(isLoadingWorker()).toBe(false);
  await loading;
});
