import type { AnyFunction } from '../protocol/worker-reference.ts';

/** Where V8 says the code of a function starts, in the script as it runs. Line and column count from 0. */
export interface FunctionLocation {
  readonly scriptId: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** A script as V8 holds it: after tsx, vitest or Node have turned it into JavaScript. */
export interface LoadedScript {
  /** `file:` URL, `node:...`, or what V8 has for code without a file, `[eval]` say. */
  readonly url: string;
  readonly source: string;
  readonly isModule: boolean;
  /** Where the source starts in its file: V8 counts function positions from the file's start. */
  readonly startLine: number;
  readonly startColumn: number;
  readonly sourceMapURL: string;
}

/** Where V8's line and column are in a text; line ends are those of the language. */
export function offsetAt(
  text: string,
  { lineNumber, columnNumber }: Pick<FunctionLocation, 'lineNumber' | 'columnNumber'>,
): number {
  const ends = /\r\n?|[\n\u2028\u2029]/g;
  for (let n = 0; n < lineNumber; n++) ends.exec(text);
  return ends.lastIndex + columnNumber;
}

/** Whether a text has a function where V8 says that it is. */
export function isWhereItStands(target: AnyFunction, text: string, location: FunctionLocation): boolean {
  const offset = offsetAt(text, location);
  const code = Function.prototype.toString.call(target);
  const start = text.lastIndexOf(code, offset);
  // V8 points somewhere into it, to the parameters.
  return start >= 0 && start + code.length > offset;
}
