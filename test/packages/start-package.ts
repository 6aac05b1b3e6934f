import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** What a fixture package printed for one of its functions. */
export interface Outcome {
  readonly what: string;
  readonly type?: string;
  readonly value?: unknown;
  readonly error?: string;
  readonly message?: string;
  readonly stack?: string;
}

/** Every function of the fixture packages, and what it gives from a thread. */
export const EXPECTED: readonly Outcome[] = [
  { what: 'exported function', type: 'export', value: 9 },
  { what: 'exported arrow', type: 'export', value: 103 },
  { what: 'renamed export', type: 'export', value: '3/' },
  { what: 'exported class', type: 'export', value: 6 },
  { what: 'class with constructor', type: 'export', value: 13 },
  { what: 'default export', type: 'export', value: 'default 3' },
  { what: 'library', type: 'export', value: 2 / 3 },
  { what: 'native', type: 'native', value: 3 },
  { what: 'native of Node', type: 'native', value: 'a' },
  { what: 'module reference', type: 'export', value: 16 },
  { what: 'arrow in the call', type: 'source', value: 4 },
  { what: 'function of the script', type: 'source', value: 18 },
  { what: 'class of the script', type: 'source', value: 118 },
  { what: 'place of the script', type: 'source', value: 3 },
  { what: 'async method', type: 'source', value: 1.5 },
  { what: 'value of the script', type: 'source', value: 3 },
  { what: 'thrown', error: 'TypeError', message: 'job 0 failed: no 3' },
];

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

/** A copy of the fixture packages in which parajob and its friends are installed. */
export async function installPackages(): Promise<string> {
  const folder = await copyPackages();
  for (const name of ['simple-statistics', 'tsx']) await install(folder, name);
  await symlink(root, join(folder, 'node_modules/parajob'));
  return folder;
}

/** The same without tsx, which a link to this repository would bring along. */
export async function installWithoutTsx(): Promise<string> {
  const folder = await copyPackages();
  for (const name of ['simple-statistics', 'acorn', 'piscina']) await install(folder, name);
  const parajob = join(folder, 'node_modules/parajob');
  await cp(join(root, 'dist'), join(parajob, 'dist'), { recursive: true });
  await cp(join(root, 'package.json'), join(parajob, 'package.json'));
  return folder;
}

async function copyPackages(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'parajob-packages-'));
  await cp(join(root, 'test/fixtures/packages'), folder, { recursive: true });
  await mkdir(join(folder, 'node_modules'));
  for (const name of ['esm-ts', 'cjs-ts', 'esm-native']) {
    await writeAnalysis(folder, name);
    for (const script of ['stacks.ts', 'sends-a-helper.ts']) {
      await cp(join(root, 'test/fixtures/packages', script), join(folder, name, script));
    }
  }
  return folder;
}

/** The analysis script of test/closures as one script, with what only compilers understand where there is one. */
async function writeAnalysis(folder: string, name: string): Promise<void> {
  const parts = [join(root, 'test/closures/analysis.ts')];
  if (name !== 'esm-native') parts.push(join(folder, 'typescript-only.ts'));
  parts.push(join(folder, 'compare-footer.ts'));
  const texts = await Promise.all(parts.map((part) => readFile(part, 'utf8')));
  await writeFile(join(folder, name, 'analysis.ts'), texts.join(''));
}

function install(folder: string, name: string): Promise<void> {
  return symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name));
}

export function removePackages(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}

/** Compiles a TypeScript package to a neighbour of itself, and says where. */
export async function compile(folder: string, name: string): Promise<string> {
  const compiled = `${name}-compiled`;
  await mkdir(join(folder, compiled));
  await cp(join(folder, name, 'package.json'), join(folder, compiled, 'package.json'));
  const options = ['--outDir', `../${compiled}`, '--module', 'nodenext', '--target', 'es2022', '--noCheck'];
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  await run(
    process.execPath,
    [
      tsc,
      ...options,
      '--rewriteRelativeImportExtensions',
      '--sourceMap',
      'main.ts',
      'analysis.ts',
      'stacks.ts',
    ],
    { cwd: join(folder, name) },
  );
  return compiled;
}

/** Starts a script as a user would, and collects what it prints. */
export async function start(
  node: string,
  options: readonly string[],
  script: string,
  cwd: string = tmpdir(),
): Promise<Outcome[]> {
  const env = { ...process.env, NODE_OPTIONS: '', VITEST: undefined };
  const { stdout } = await run(node, [...options, script], { cwd, env });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

export const TSX: string = join(root, 'node_modules/tsx/dist/cli.mjs');
export const VITEST: string = join(root, 'node_modules/vitest/vitest.mjs');
export { root as REPOSITORY };
