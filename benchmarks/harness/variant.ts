import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const PACKAGE = fileURLToPath(new URL('../../', import.meta.url));

/** A copy of the built package in which one constant has another value. Returns the URL to import. */
export function variant(constant: string, value: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'parajob-variant-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  cpSync(`${PACKAGE}package.json`, `${folder}/package.json`);
  cpSync(`${PACKAGE}dist`, `${folder}/dist`, { recursive: true });
  symlinkSync(`${PACKAGE}node_modules`, `${folder}/node_modules`, 'junction');
  const definition = new RegExp(`\\b(?:const|var) ${constant} = [^;]+;`);
  const path = filesIn(`${folder}/dist`).find((file) => definition.test(readFileSync(file, 'utf8')));
  if (path === undefined) throw new Error(`no file of dist defines ${constant}`);
  writeFileSync(path, readFileSync(path, 'utf8').replace(definition, `var ${constant} = ${value};`));
  return pathToFileURL(`${folder}/dist/index.js`).href;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js'))
    .map((name) => join(folder, name));
}
