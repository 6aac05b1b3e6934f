import type { AnyFunction } from '../protocol/worker-reference.ts';
import { isEntryScript } from './entry-script.ts';
import { type FunctionLocation, offsetAt } from './loaded-script.ts';
import type { ScriptFile } from './script-on-disk.ts';
import { givenName } from './ways-out.ts';

/**
 * Whether the file that a function comes from says `export function name` where V8 says that its code begins. That
 * answers what most runs ask in a few milliseconds: debugger and parser, which know everything, take 30 in a small
 * program and 400 in a large one (benchmarks/start-up.ts). False when in doubt.
 */
export function isExportedAtSight(
  target: AnyFunction,
  { url, text }: ScriptFile,
  location: FunctionLocation,
): boolean {
  const name = givenName(target);
  if (isEntryScript(url) || !/^[\w$]+$/.test(name)) return false;
  const line = offsetAt(text, { ...location, columnNumber: 0 });
  const start = line + (EXPORTED.exec(text.slice(line, line + LONGEST))?.[0].length ?? Number.NaN);
  // V8 points to the parameters. At the start of a line, this is neither in a comment nor in another function.
  if (start + name.length !== line + location.columnNumber) return false;
  const isSame = text.startsWith(Function.prototype.toString.call(target), line + 'export '.length);
  return isSame && !mayBeAssigned(text, name);
}

const EXPORTED = /^export (?:async )?function ?\*? ?/;
const LONGEST = 'export async function * '.length;

/** Another value under the same name would be what a thread finds. */
function mayBeAssigned(source: string, name: string): boolean {
  const escaped = name.replaceAll('$', '\\$');
  return new RegExp(`(?<![\\w$.])${escaped}\\s*(?:[^\\w\\s=(]{0,3}=(?!=)|\\+\\+|--)`).test(source);
}
