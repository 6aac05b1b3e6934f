import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const node = process.env.PARAJOB_NODE ?? process.execPath;
const scripts = fileURLToPath(new URL('../fixtures/scripts/', import.meta.url));
const run = promisify(execFile);

test('a breakpoint set by file and line stops threads in shipped code', async () => {
  const { stdout } = await run(node, [join(scripts, 'debug-threads.mjs'), '5']);
  const inHelper = (JSON.parse(stdout) as { functionName: string }[]).filter(
    ({ functionName }) => functionName === 'helper',
  );
  expect(inHelper).toEqual(Array(2).fill({ functionName: 'helper', line: 5 }));
});

interface Coverage {
  readonly result: readonly { readonly url: string; readonly functions: readonly FunctionCoverage[] }[];
}
interface FunctionCoverage {
  readonly functionName: string;
  readonly ranges: readonly {
    readonly startOffset: number;
    readonly endOffset: number;
    readonly count: number;
  }[];
}

test('coverage of shipped code has the offsets of its file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parajob-coverage-'));
  try {
    const script = join(scripts, 'sends-a-helper.mjs');
    await run(node, [script], { env: { ...process.env, NODE_V8_COVERAGE: folder } });
    const source = await readFile(script, 'utf8');
    const files = await Promise.all(
      (await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8')),
    );
    const functions = files
      .flatMap((file) => (JSON.parse(file) as Coverage).result)
      .filter(({ url }) => url === pathToFileURL(script).href)
      .flatMap((entry) => entry.functions);
    const helpers = functions
      .filter(({ functionName }) => functionName === 'helper')
      .flatMap(({ ranges }) => ranges);
    const start = source.indexOf('function helper');
    // Once in the thread, and once in the program, where nobody has called it.
    expect(helpers.map(({ startOffset, endOffset }) => [startOffset, endOffset])).toEqual(
      Array(2).fill([start, source.indexOf('}\nconst neverSent') + 1]),
    );
    expect(helpers.map(({ count }) => count).sort()).toEqual([0, 2]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
