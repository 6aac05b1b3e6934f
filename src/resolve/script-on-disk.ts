import { readFileSync, statSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { types } from 'node:util';
import type { AnyFunction } from '../protocol/worker-reference.ts';
import { withoutQuery } from './entry-script.ts';
import { type FunctionLocation, isWhereItStands, type LoadedScript } from './loaded-script.ts';

const require = createRequire(import.meta.url);

/** A file that a script was made of. */
export interface ScriptFile {
  /** As V8 has it, with its query. */
  readonly url: string;
  readonly path: string;
  readonly text: string;
}

/** What V8 says of a script to those who ask for no more. */
export interface Outline {
  readonly url: string;
  /** In UTF-16 units, as texts are counted; not a number where it is not known any more. */
  readonly length: number;
}

/** The file of a script, if it is as long. */
export function readScriptFile({ url, length }: Outline): ScriptFile | undefined {
  if (!url.startsWith('file:')) return undefined;
  try {
    const path = fileURLToPath(withoutQuery(url));
    const text = readFileSync(path, 'utf8');
    return text.length === length ? { url, path, text } : undefined;
  } catch {
    return undefined;
  }
}

/** Who can say more of the function. */
interface Witness {
  /** Whether a module is around it. */
  readonly hasModuleScope: () => boolean;
  /** Whether another function is Node's own. */
  readonly isOfNode: (fn: AnyFunction) => boolean;
}

/**
 * A script from its file, if that holds what V8 has: JavaScript that nobody can have changed since the program began,
 * as long as the script, with the function where V8 says it is. V8 gives the text of a script only to a debugger, which
 * it tells of each script of the program, Node's own included, and that takes five times as long
 * (benchmarks/closures.ts). Undefined when in doubt.
 */
export function scriptOnDisk(
  target: AnyFunction,
  location: FunctionLocation,
  { url, path, text }: ScriptFile,
  witness: Witness,
): LoadedScript | undefined {
  // In a script of node:vm the first line may start anywhere.
  if (location.lineNumber === 0 || !/^\.[cm]?js$/.test(extname(path))) return undefined;
  if (areTransformed() || !isOlderThanProgram(path)) return undefined;
  if (!isWhereItStands(target, text, location)) return undefined;
  const isModule = isLoadedAsModule(path, witness);
  const sourceMapURL = sourceMapIn(text);
  if (isModule === undefined || sourceMapURL === undefined) return undefined;
  if (!isModule && !areLoadedByNode(path, witness)) return undefined;
  return { url, source: text, isModule, startLine: 0, startColumn: 0, sourceMapURL };
}

/** Whether the program may load files as something else: it was started so, or has loaded what Node has for that. */
function areTransformed(): boolean {
  const { moduleLoadList = [] } = process as { readonly moduleLoadList?: readonly string[] };
  const options = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' ');
  return (
    moduleLoadList.includes('NativeModule internal/modules/esm/hooks') ||
    /(?:^|\s)(?:-r|--require|--import|--loader|--experimental-loader)\b/.test(options)
  );
}

/** Whether nobody has put a loader of CommonJS of their own in the place of Node's. */
function areLoadedByNode(path: string, { isOfNode }: Witness): boolean {
  const extensions = require.extensions as Record<string, AnyFunction | undefined>;
  const { _compile } = Module.prototype as unknown as { readonly _compile: AnyFunction };
  return [extensions[extname(path)] ?? extensions['.js']!, _compile].every(isOfNode);
}

/** File systems may be some milliseconds behind the clock. */
const CLOCKS_DIFFER_MS = 100;

function isOlderThanProgram(path: string): boolean {
  // Unlike the time of its last modification, nobody can set that of its last change.
  return statSync(path).ctimeMs < performance.timeOrigin - CLOCKS_DIFFER_MS;
}

function isLoadedAsModule(path: string, { hasModuleScope }: Witness): boolean | undefined {
  const extension = extname(path);
  if (extension !== '.js') return extension === '.mjs';
  if (hasModuleScope()) return true;
  // A module none of whose variables are used by functions has no such scope. When required, it gives a namespace.
  const required = require.cache[path];
  return required && !types.isModuleNamespaceObject(required.exports) ? false : undefined;
}

/** Where the source map is, as the last line says; undefined where other lines do, or may do. */
function sourceMapIn(text: string): string | undefined {
  const mentions = text.split(/source(?:Mapping)?URL=/).length - 1;
  if (mentions === 0) return '';
  const inLastLine = /\n\/\/# sourceMappingURL=(\S+)\s*$/.exec(text)?.[1];
  return mentions === 1 ? inLastLine : undefined;
}
