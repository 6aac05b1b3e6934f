import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installPackages, type Outcome, removePackages, start } from './start-package.ts';

const node = process.env.PARAJOB_NODE ?? process.execPath;
// No Node runs `accessor` as it stands: whoever bundles says for which Node.
const bundle = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  logLevel: 'error',
} as const;

let folder: string;

beforeAll(async () => {
  folder = await installPackages();
});
afterAll(() => removePackages(folder));

describe.each([
  ['as it is', {}],
  ['made small', { minify: true, keepNames: true }],
])('a bundle %s, with parajob external', (what, options) => {
  test('runs its closures as the calling thread does', async () => {
    const outfile = join(folder, `bundled/${what.length}.mjs`);
    await build({
      ...bundle,
      ...options,
      packages: 'external',
      entryPoints: [join(folder, 'esm-ts/analysis.ts')],
      outfile,
    });
    const outcomes = await start(node, [], outfile);
    expect(outcomes.filter(({ value }) => value !== true)).toEqual([]);
    expect(outcomes.length).toBeGreaterThan(60);
  });
});

test('a bundle that holds parajob, away from it, says what to do', async () => {
  const elsewhere = await mkdtemp(join(tmpdir(), 'parajob-elsewhere-'));
  try {
    await mkdir(join(elsewhere, 'out'));
    const outfile = join(elsewhere, 'out/program.mjs');
    const contents = `
      import { JobRunner } from 'parajob';
      const rate = 2;
      const told = (worker) => new JobRunner(worker).runJobs([1]).catch(({ code, message }) =>
        console.log(JSON.stringify({ error: code, message })));
      await told(function twice(x) { return rate * x; });
      await told({ module: new URL('./work.mjs', import.meta.url), name: 'twice' });`;
    await build({ ...bundle, stdin: { contents, resolveDir: folder }, outfile });
    const [closure, reference] = (await start(node, [], outfile)) as [Outcome, Outcome];
    const wayOut = 'mark parajob external, so that it stays in node_modules';
    expect(closure.error).toBe('WORKER_NOT_LOCATED');
    expect(closure.message).toContain("parajob's parser is missing");
    expect(closure.message).toContain(wayOut);
    expect(reference.error).toBe('THREAD_ENTRY_LOST');
    expect(reference.message).toContain(wayOut);
  } finally {
    await rm(elsewhere, { recursive: true });
  }
});
