import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AnyFunction } from '../protocol/worker-reference.ts';
import { isEntryScript, withoutQuery } from './entry-script.ts';

/**
 * Whether the file that a function comes from says `export function name` where V8 says that its code begins. That
 * answers what most runs ask in a few milliseconds: debugger and parser, which know everything, take 30 in a small
 * program and 400 in a large one (benchmarks/start-up.ts). False when in doubt.
 */
export function isExportedAtSight(
  target: AnyFunction,
  url: string,
  location: { readonly lineNumber: number; readonly columnNumber: number },
): boolean {
  const { name } = target;
  if (!url.startsWith('file:') || isEntryScript(url) || !/^[\w$]+$/.test(name)) return false;
  const source = readText(fileURLToPath(withoutQuery(url)));
  if (source === undefined) return false;
  const line = lineAt(source, location.lineNumber);
  const start = line.start + (/^export (?:async )?function ?\*? ?/.exec(line.text)?.[0].length ?? Number.NaN);
  // V8 points to the parameters. At the start of a line, this is neither in a comment nor in another function.
  if (start + name.length !== line.start + location.columnNumber) return false;
  const text = Function.prototype.toString.call(target);
  const isSame = source.startsWith(text, line.start + 'export '.length);
  return isSame && !mayBeAssigned(source, name);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function lineAt(source: string, n: number): { readonly start: number; readonly text: string } {
  const ends = /\r\n?|[\n\u2028\u2029]/g;
  for (let i = 0; i < n; i++) ends.exec(source);
  const start = ends.lastIndex;
  const end = ends.exec(source)?.index ?? source.length;
  return { start, text: source.slice(start, end) };
}

/** Another value under the same name would be what a thread finds. */
function mayBeAssigned(source: string, name: string): boolean {
  const escaped = name.replaceAll('$', '\\$');
  return new RegExp(`(?<![\\w$.])${escaped}\\s*(?:[^\\w\\s=(]{0,3}=(?!=)|\\+\\+|--)`).test(source);
}
