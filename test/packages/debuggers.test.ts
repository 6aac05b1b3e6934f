import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installPackages, removePackages, start } from './start-package.ts';

const node = process.env.PARAJOB_NODE ?? process.execPath;
const run = promisify(execFile);

let folder: string;

beforeAll(async () => {
  folder = await installPackages();
});
afterAll(() => removePackages(folder));

describe.each(['esm-ts', 'cjs-ts'])('under tsx, what has been sent from %s', (name) => {
  const script = () => join(folder, name, 'sends-a-helper.ts');

  test('stops at a breakpoint in a line of its source', async () => {
    const underTsx = ['--import', 'tsx', join(folder, 'debug-threads.mjs'), script()];
    const stops = await start(node, underTsx, '9', folder);
    expect(stops.filter(({ what }) => what === 'helper')).toEqual(
      Array(2).fill({ what: 'helper', value: 9 }),
    );
  });

  test('has coverage where the program has it, with its source map', async () => {
    const coverage = await mkdtemp(join(tmpdir(), 'parajob-coverage-'));
    try {
      const env = { ...process.env, NODE_OPTIONS: '', NODE_V8_COVERAGE: coverage };
      await run(node, ['--import', 'tsx', script()], { cwd: folder, env });
      const url = pathToFileURL(script()).href;
      const files = await Promise.all(
        (await readdir(coverage)).map(async (file) =>
          JSON.parse(await readFile(join(coverage, file), 'utf8')),
        ),
      );
      const ofScript = files.flatMap((file) =>
        file.result
          .filter((entry: { url: string }) => entry.url === url)
          .map((entry: object) => ({ ...entry, file })),
      );
      const helpers = ofScript.flatMap(({ functions, file }) =>
        functions
          .filter(({ functionName }: { functionName: string }) => functionName === 'helper')
          .map(
            ({
              ranges,
            }: {
              ranges: readonly { startOffset: number; endOffset: number; count: number }[];
            }) => ({
              ...ranges[0]!,
              hasMap: url in file['source-map-cache'],
            }),
          ),
      );
      const [first] = helpers;
      expect(helpers).toHaveLength(2);
      expect(helpers.every(({ startOffset }) => startOffset === first.startOffset)).toBe(true);
      expect(helpers.every(({ endOffset }) => endOffset === first.endOffset)).toBe(true);
      expect(helpers.every(({ hasMap }) => hasMap)).toBe(true);
      // Once in the thread, and once in the program, where nobody has called it.
      expect(helpers.map(({ count }) => count).sort()).toEqual([0, 2]);
    } finally {
      await rm(coverage, { recursive: true, force: true });
    }
  });
});
