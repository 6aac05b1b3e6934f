import { readFileSync } from 'node:fs';
import { createRequire, SourceMap, type SourceMapPayload } from 'node:module';
import { fileURLToPath } from 'node:url';
import { analyzeScopes } from './analyze-scopes.ts';
import { type FunctionLocation, type LoadedScript, offsetAt } from './loaded-script.ts';
import type { ScriptScopes } from './scopes.ts';

const require = createRequire(import.meta.url);

/** A script with its names sorted out. */
export interface ParsedScript extends LoadedScript {
  readonly scopes: ScriptScopes;
}

const recent = new Map<LoadedScript, ParsedScript>();
const RECENT = 8;

/** Parses a script, or remembers how it was parsed: a program hands over several functions of one script. */
export function parseScript(script: LoadedScript): ParsedScript {
  const known = recent.get(script);
  if (known) return known;
  // Parsing is for the calling thread only, and acorn takes a few milliseconds to load.
  const acorn: typeof import('acorn') = require('acorn');
  const program = acorn.parse(script.source, {
    ecmaVersion: 'latest',
    sourceType: script.isModule ? 'module' : 'script',
    // A CommonJS script is the body of a function.
    allowReturnOutsideFunction: !script.isModule,
    allowHashBang: true,
  });
  const parsed = { ...script, scopes: analyzeScopes(program) };
  recent.set(script, parsed);
  if (recent.size > RECENT) recent.delete([...recent.keys()][0] ?? script);
  return parsed;
}

/** Where in the text of the script V8 means. */
export function offsetOf(script: LoadedScript, location: FunctionLocation): number {
  const line = location.lineNumber - script.startLine;
  const column = line === 0 ? location.columnNumber - script.startColumn : location.columnNumber;
  return offsetAt(script.source, { lineNumber: line, columnNumber: column });
}

/** `main.ts:3:7`, in the file as it was written where a source map tells. */
export function placeInFile(script: LoadedScript, offset: number): string {
  const { line, column } = positionOf(script, offset);
  const original = sourceMapOf(script)?.findEntry(line, column);
  const [shownLine, shownColumn] =
    original && 'originalLine' in original
      ? [original.originalLine, original.originalColumn]
      : [line + script.startLine, column];
  const file = script.url.startsWith('file:') ? fileURLToPath(script.url) : script.url || '[eval]';
  return `${file}:${shownLine + 1}:${shownColumn + 1}`;
}

/** The name that stands at a place, as it was written: transpilers give some variables others. */
export function nameInFile(script: LoadedScript, offset: number, name: string): string {
  const { line, column } = positionOf(script, offset);
  // The name is missing from the types of Node.
  const entry: { generatedColumn?: number; name?: string } | undefined = sourceMapOf(script)?.findEntry(
    line,
    column,
  );
  return (entry?.generatedColumn === column ? entry.name : undefined) ?? name;
}

function positionOf({ source }: LoadedScript, offset: number): { line: number; column: number } {
  const before = source.slice(0, offset).split(/\r\n?|[\n\u2028\u2029]/);
  return { line: before.length - 1, column: before.at(-1)!.length };
}

/** The script's source map, of version 3: tsx and vitest write it into the script, a compiler beside it. */
export function sourceMapDataOf({ url, sourceMapURL }: LoadedScript): SourceMapPayload | undefined {
  if (sourceMapURL === '') return undefined;
  const data = /^data:application\/json[^,]*;base64,(.*)$/.exec(sourceMapURL)?.[1];
  try {
    const map = JSON.parse(
      data === undefined
        ? readFileSync(new URL(sourceMapURL, url), 'utf8')
        : Buffer.from(data, 'base64').toString(),
    );
    return Array.isArray(map.sources) && typeof map.mappings === 'string' ? map : undefined;
  } catch {
    // Maps are often named and not delivered, or a page that says so is.
    return undefined;
  }
}

const sourceMaps = new WeakMap<LoadedScript, SourceMap>();

function sourceMapOf(script: LoadedScript): SourceMap | undefined {
  const known = sourceMaps.get(script);
  if (known) return known;
  const data = sourceMapDataOf(script);
  if (data === undefined) return undefined;
  const sourceMap = new SourceMap(data);
  sourceMaps.set(script, sourceMap);
  return sourceMap;
}
