import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const PACKAGE = fileURLToPath(new URL('../../', import.meta.url));

/** A copy of the built package in which one constant has another value. Returns the URL to import. */
export function variant(file: string, constant: string, value: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'parajob-variant-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  cpSync(`${PACKAGE}package.json`, `${folder}/package.json`);
  cpSync(`${PACKAGE}dist`, `${folder}/dist`, { recursive: true });
  symlinkSync(`${PACKAGE}node_modules`, `${folder}/node_modules`, 'junction');
  const path = `${folder}/dist/${file}`;
  const definition = new RegExp(`const ${constant} = [^;]+;`);
  const source = readFileSync(path, 'utf8');
  if (!definition.test(source)) throw new Error(`dist/${file} defines no ${constant}`);
  writeFileSync(path, source.replace(definition, `const ${constant} = ${value};`));
  return pathToFileURL(`${folder}/dist/index.js`).href;
}
