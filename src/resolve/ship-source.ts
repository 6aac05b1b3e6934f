import type { ShippedScript, ShippedUnit, SourceReference } from '../protocol/worker-reference.ts';
import type { Closure, Unit } from './closure.ts';
import { needsTsx } from './module-loading.ts';
import { type ParsedScript, sourceMapText } from './parsed-script.ts';
import { applyEdits, type Piece, prune } from './prune.ts';
import { isClass } from './scopes.ts';
import { baseUrl, isPlainJavaScript } from './script-imports.ts';
import { isMethod } from './surroundings.ts';

/** Parts of one script that do not overlap: they can keep their places in one text. */
interface Sheet {
  readonly script: ParsedScript;
  readonly parts: Part[];
}

/** A function as text. Functions that were made by the same code, in a loop say, share theirs. */
interface Part {
  readonly unit: Unit;
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly after: string;
}

/** A closure as text: the scripts of its functions, blanked out but for what is needed. */
export function shipSource({ units, main, links }: Closure): SourceReference {
  const sheets: Sheet[] = [];
  const shipped = units.map((unit): ShippedUnit => {
    const part = partOf(unit);
    const { script, callable } = unit.code;
    let index = sheets.findIndex((sheet) => sheet.script === script && hasRoom(sheet, part));
    if (index < 0) index = sheets.push({ script, parts: [] }) - 1;
    const { parts } = sheets[index]!;
    let factory = parts.findIndex((other) => isSame(other, part));
    if (factory < 0) factory = parts.push(part) - 1;
    const variables = unit.variables.map(({ origin }) => origin);
    return { kind: isClass(callable) ? 'class' : 'function', script: index, factory, variables };
  });
  const url = baseUrl(units[main]!.code.script);
  return { type: 'source', scripts: sheets.map(shipScript), units: shipped, main, links, url };
}

function hasRoom({ parts }: Sheet, part: Part): boolean {
  return parts.every((other) => isSame(other, part) || other.end <= part.start || part.end <= other.start);
}

function isSame(a: Part, b: Part): boolean {
  return a.start === b.start && a.before === b.before && a.after === b.after;
}

/** A factory of the function, with variables of its own that can be given values again and again. */
function partOf(unit: Unit): Part {
  const { node, callable, script } = unit.code;
  const names = unit.variables.map(({ name }) => name).join(',');
  const [before, after] = expression(unit);
  const modifier = isMethod(node) ? /^static\s+(?!\()/.exec(script.source.slice(node.start, node.end)) : null;
  const bind = names === '' ? 'function(){}' : `function(){[${names}]=arguments[0]}`;
  return {
    unit,
    start: node.start + (modifier?.[0].length ?? 0),
    end: (isMethod(node) ? node : callable).end,
    before: `(${names})=>[${bind},()=>${before}`,
    after: `${after}];`,
  };
}

/** What has to stand around a function's text to make it an expression, of the name that the function has. */
function expression({ code: { node, callable }, target }: Unit): readonly [before: string, after: string] {
  if (isMethod(node)) return ['Object.values({', '})[0]'];
  const isNamed = callable.type !== 'ArrowFunctionExpression' && callable.id;
  const name: unknown = Object.getOwnPropertyDescriptor(target, 'name')?.value;
  if (isNamed || typeof name !== 'string' || name === '') return ['(', ')'];
  const key = JSON.stringify(name);
  return [`({${key}:`, `})[${key}]`];
}

/** For each script, the texts that have been made of it: the next run of a function wants the same one. */
const shippedScripts = new WeakMap<ParsedScript, Map<string, ShippedScript>>();
/** Texts are as long as their script, so of one script not too many are kept. */
const MAX_TEXTS = 16;

function shipScript(sheet: Sheet): ShippedScript {
  const { script, parts } = sheet;
  const key = JSON.stringify(parts.map(({ start, before, unit }) => [start, before, unit.edits]));
  const texts = shippedScripts.get(script) ?? new Map<string, ShippedScript>();
  shippedScripts.set(script, texts);
  let shipped = texts.get(key);
  if (!shipped) {
    shipped = writeScript(sheet);
    if (texts.size === MAX_TEXTS) texts.clear();
    texts.set(key, shipped);
  }
  return shipped;
}

function writeScript({ script, parts }: Sheet): ShippedScript {
  const edits = parts.flatMap(({ unit }) => unit.edits);
  const pieces = parts.map(
    ({ before, ...part }, index): Piece => ({ ...part, before: `;exports[${index}]=${before}` }),
  );
  const isShipped = (at: number) => parts.some(({ start, end }) => start <= at && at < end);
  const sourceMap = readsSourceMaps() ? sourceMapText(script) : undefined;
  const source = prune(applyEdits(withoutMeta(script), edits), pieces);
  return {
    url: baseUrl(script),
    source,
    strict: script.scopes.isStrict,
    // What is imported says so itself; this is for what the code loads while it runs.
    tsx: needsTsx(script.url, script) && !specifiersIn(source).every(isPlainJavaScript),
    usesMeta: script.scopes.metas.some(({ start }) => isShipped(start)),
    ...(sourceMap === undefined ? {} : { sourceMap }),
  };
}

/** `import.meta` becomes a variable; `import_meta` is as long, so that columns hold. */
function withoutMeta({ source, scopes }: ParsedScript): string {
  let plain = source;
  for (const { start, end } of scopes.metas) {
    plain = plain.slice(0, start) + 'import_meta'.padEnd(end - start) + plain.slice(end);
  }
  return plain;
}

/** What `require()` and `import()` are called with, roughly: a false alarm only costs a little time. */
function specifiersIn(source: string): string[] {
  const calls = source.matchAll(/\b(?:require|import|__vite_ssr_dynamic_import__)\s*\(\s*["'`]?([^"'`)]*)/g);
  return Array.from(calls, ([, specifier = '']) => specifier);
}

function readsSourceMaps(): boolean {
  return Boolean((process as { readonly sourceMapsEnabled?: boolean }).sourceMapsEnabled);
}
