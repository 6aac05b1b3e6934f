import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  compile,
  EXPECTED,
  installPackages,
  type Outcome,
  removePackages,
  start,
  TSX,
} from './start-package.ts';

const node = process.env.PARAJOB_NODE ?? process.execPath;
const ways: readonly [what: string, options: readonly string[], script: string][] = [
  ['node, ES modules', [], 'esm-js/main.js'],
  ['node, CommonJS', [], 'cjs-js/main.js'],
  ['tsx, a package of ES modules', [TSX], 'esm-ts/main.ts'],
  ['tsx, a package of CommonJS', [TSX], 'cjs-ts/main.ts'],
  ['compiled to ES modules', [], 'esm-ts-compiled/main.js'],
  ['compiled to CommonJS', [], 'cjs-ts-compiled/main.js'],
  ['compiled, with source maps', ['--enable-source-maps'], 'cjs-ts-compiled/main.js'],
  ['TypeScript without a tool', [], 'esm-native/main.ts'],
];

let folder: string;
let runsTypeScript: boolean;

beforeAll(async () => {
  folder = await installPackages();
  await compile(folder, 'esm-ts');
  await compile(folder, 'cjs-ts');
  const [probe] = await start(node, ['-p'], 'JSON.stringify({ what: process.features.typescript })');
  runsTypeScript = Boolean(probe?.what);
});
afterAll(() => removePackages(folder));

describe.each(ways)('%s', (_what, options, script) => {
  test('every function reaches a thread, and its errors keep their lines', async (context) => {
    context.skip(script.startsWith('esm-native') && !runsTypeScript, 'this Node runs no TypeScript');
    const outcomes = await start(node, options, join(folder, script));
    expect(outcomes).toMatchObject(EXPECTED);
    expect(lineOf(outcomes.at(-1))).toBe(await lineOfThrow(options, script));
  });
});

describe.each(ways.filter(([, , script]) => !script.includes('-js/')))('%s', (_what, options, script) => {
  test('a script of closures gives the same in threads as in the calling thread', async (context) => {
    context.skip(script.startsWith('esm-native') && !runsTypeScript, 'this Node runs no TypeScript');
    const outcomes = await start(node, options, join(folder, script.replace('main', 'analysis')));
    expect(outcomes.filter(({ value }) => value !== true)).toEqual([]);
    expect(outcomes.length).toBeGreaterThan(60);
  });

  test('stacks from threads are those of the calling thread, to the column', async (context) => {
    context.skip(script.startsWith('esm-native') && !runsTypeScript, 'this Node runs no TypeScript');
    const outcomes = await start(node, options, join(folder, script.replace('main', 'stacks')));
    expect(outcomes).toHaveLength(7);
    const lines = await linesShown(options, script.replace('main', 'stacks'));
    for (const { what, value, stack } of outcomes) {
      expect(ofTheProgram(stack)).toBe(ofTheProgram(value));
      const thrown = lines.findIndex(
        (line) => line.includes(`new Error('${what}`) || line.includes(`new Error(\`${what}`),
      );
      expect(stack).toMatch(new RegExp(`^.*\\n.*stacks\\.[jt]s:${thrown + 1}:\\d+`));
    }
  });
});

/** Without Node's own frames: whether a timer's turn shows depends on what else was due. */
function ofTheProgram(stack: unknown): string {
  return String(stack).replace(/\n +at (?:.*\()?node:internal\/.*/g, '');
}

function lineOf(outcome: Outcome | undefined): number {
  return Number(/main\.[jt]s:(\d+):\d+/.exec(outcome?.stack ?? '')?.[1]);
}

async function lineOfThrow(options: readonly string[], script: string): Promise<number> {
  const lines = await linesShown(options, script);
  return lines.findIndex((line) => line.includes('new TypeError')) + 1;
}

/** The file that stacks speak of. */
async function linesShown(options: readonly string[], script: string): Promise<string[]> {
  const shown = options.includes('--enable-source-maps')
    ? script.replace(/-compiled(.*)\.js$/, '$1.ts')
    : script;
  return (await readFile(join(folder, shown), 'utf8')).split('\n');
}
