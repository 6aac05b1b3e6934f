import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const node = process.env.PARAJOB_NODE ?? process.execPath;
const run = promisify(execFile);

async function answerOf(
  script: string,
  args: readonly string[],
  options: readonly string[] = [],
): Promise<unknown> {
  const path = fileURLToPath(new URL(`./fixtures/on-disk/${script}`, import.meta.url));
  const { stdout } = await run(node, [...options, path, ...args], {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  return JSON.parse(stdout);
}

/** Node could load files as anything then, for all that can be known. */
const WITH_HOOKS = ['--import', 'data:text/javascript,'];

describe('the text of a script is that of its file, without asking the debugger', () => {
  test.each([
    ['an ES module', './module.mjs'],
    ['CommonJS', './commonjs.cjs'],
    ['an ES module by its package', './modules/in-scope.js'],
    ['CommonJS by its package', './commonjs/required.js'],
    ['a module with a query', './module.mjs?again'],
    ['a module whose characters are more than bytes', './with-umlauts.mjs'],
    ['a module with a source map', './compiled.mjs'],
  ])('of %s', async (_what, module) => {
    const [found, asked] = await Promise.all([
      answerOf('resolve-made.mjs', [module]),
      answerOf('resolve-made.mjs', [module], WITH_HOOKS),
    ]);
    expect(found).toEqual({ ...(asked as object), asksDebugger: false });
    expect(asked).toMatchObject({ asksDebugger: true });
  });
});

describe('the debugger is asked', () => {
  test('where nothing tells a module from a script', async () => {
    expect(await answerOf('resolve-made.mjs', ['./modules/without-scope.js'])).toMatchObject({
      asksDebugger: true,
      reference: { scripts: [{ isModule: true }] },
    });
  });

  test('when the file has changed since the program began', async () => {
    expect(await answerOf('changes-on-disk.mjs', [])).toMatchObject([
      { type: 'import', specifier: 'node:path', path: ['sep'] },
    ]);
  });

  test.each([
    ['a loader has made something else of the file', 'hooks'],
    ['one of CommonJS has', 'extension'],
    ['somebody has run another text under its name', 'vm'],
    ['the file has types, and was run without', 'stripped'],
  ])('when %s', async (_what, way) => {
    expect(await answerOf('quarters.mjs', [way])).toEqual({
      gives: 2,
      texts: expect.arrayContaining([expect.stringMatching(/^\(x *\) => x \/ 4$/)]),
    });
  });
});
