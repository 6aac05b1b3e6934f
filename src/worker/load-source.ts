import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AnyFunction, ImportedVariable, SourceReference } from '../protocol/worker-reference.ts';
import { importAt, runModuleAt } from './module-at.ts';
import { registerTypeScript } from './typescript.ts';

/** Runs shipped source where its script stands, after importing what it imports. */
export async function loadSource(reference: SourceReference): Promise<AnyFunction> {
  const { url, imports, metas } = reference;
  if (reference.tsx) await registerTypeScript(url);
  const outside: Record<string, unknown> = {};
  for (const variable of metas) outside[variable] = metaOf(url);
  await Promise.all(
    imports.map(async (variable) => {
      outside[variable.local] = await importVariable(url, variable);
    }),
  );
  return runModuleAt(url, codeOf(reference, Object.keys(outside)), outside) as AnyFunction;
}

/** The source as a module, with nothing before it but on its first line: stack traces must stay right. */
function codeOf({ source, name, variables, strict, sourceMap }: SourceReference, outside: string[]): string {
  const opening =
    (strict ? '"use strict";' : '') +
    (variables.length > 0 ? `let ${variables.join(',')};` : '') +
    (outside.length > 0 ? `const {${outside.join(',')}}=module.outside;` : '');
  const closing = `\n;module.exports=${name};`;
  if (sourceMap === undefined) return opening + source + closing;
  process.setSourceMapsEnabled(true);
  // A source map maps columns of the first line too, so there the opening has a line of its own.
  const map = JSON.parse(sourceMap);
  const shifted = JSON.stringify({ ...map, mappings: `;${map.mappings}` });
  const data = Buffer.from(shifted).toString('base64');
  return `${opening}\n${source}${closing}\n//# sourceMappingURL=data:application/json;base64,${data}`;
}

async function importVariable(url: string, variable: ImportedVariable): Promise<unknown> {
  const { specifier, name, attributes } = variable;
  const namespace = await importAt(url, specifier, attributes && { with: attributes });
  if (name === '*') return namespace;
  // The second is CommonJS whose names `import()` did not find.
  for (const exports of [namespace, Object(namespace.default)]) if (name in exports) return exports[name];
  throw new SyntaxError(`'${specifier}' does not provide an export named '${name}'`);
}

function metaOf(url: string): object {
  const { resolve } = createRequire(url);
  const filename = fileURLToPath(url);
  return { url, filename, dirname: dirname(filename), resolve };
}
