import type {
  ShippedScript,
  ShippedText,
  ShippedUnit,
  SourceReference,
} from '../protocol/worker-reference.ts';
import type { Closure, Unit } from './closure.ts';
import { applyEdits, type Edit } from './edits.ts';
import { needsTsx } from './module-loading.ts';
import { type ParsedScript, sourceMapDataOf } from './parsed-script.ts';
import { isClass, isStrictAt } from './scopes.ts';
import { baseUrl, isPlainJavaScript, META } from './script-imports.ts';
import { isMethod } from './surroundings.ts';

/** A closure as text: of each function its own, and where in which script it stands. */
export function shipSource({ units, main, links }: Closure): SourceReference {
  const scripts = [...new Set(units.map(({ code }) => code.script))];
  // Functions that were made by the same code, in a loop say, share theirs.
  const texts = new Map<UnitText, number>();
  const shipped = units.map((unit): ShippedUnit => {
    const text = textOf(unit);
    const index = texts.get(text) ?? texts.size;
    texts.set(text, index);
    const variables = unit.variables.map(({ origin }) => origin);
    const making = unit.privates.map(({ variable }) =>
      unit.variables.findIndex(({ name }) => name === variable),
    );
    return {
      kind: isClass(unit.code.callable) ? 'class' : 'function',
      text: index,
      variables,
      ...(making.length > 0 ? { making } : {}),
    };
  });
  const inOrder = [...texts.keys()];
  return {
    type: 'source',
    scripts: scripts.map((script) => shipScript(script, inOrder)),
    texts: inOrder.map(({ from, shipped: text }) => ({ script: scripts.indexOf(from), ...text })),
    units: shipped,
    main,
    links,
    url: baseUrl(units[main]!.code.script),
  };
}

/** What is sent of a function or class, and where it was written. */
interface UnitText {
  readonly from: ParsedScript;
  readonly shipped: Omit<ShippedText, 'script'>;
  /** Whether it loads, while it runs, what may be TypeScript. */
  readonly loadsTypeScript: boolean;
}

/** What decides on the text of a function; but for its variables' values, which are not to be kept alive. */
interface Writing extends Pick<Unit, 'edits' | 'variables'> {
  readonly name: unknown;
}

const latest = new WeakMap<Unit['code'], { readonly writing: Writing; readonly text: UnitText }>();

/** The same object for the same text: a function is handed over again and again, and only its variables change. */
function textOf(unit: Unit): UnitText {
  const { code, target, edits, variables } = unit;
  const writing = { name: ownName(target), edits, variables };
  const last = latest.get(code);
  if (last && isSame(writing, last.writing)) return last.text;
  const shipped = factoryOf(unit);
  // What is imported says so itself; this is for what the code loads while it runs.
  const loadsTypeScript = !specifiersIn(shipped.text).every(isPlainJavaScript);
  const text = { from: code.script, shipped, loadsTypeScript };
  latest.set(code, { writing, text });
  return text;
}

function isSame(a: Writing, b: Writing): boolean {
  return (
    a.name === b.name &&
    a.variables.length === b.variables.length &&
    a.variables.every(({ name }, n) => name === b.variables[n]!.name) &&
    a.edits.length === b.edits.length &&
    a.edits.every(({ start, end, text }, n) => {
      const other = b.edits[n]!;
      return start === other.start && end === other.end && text === other.text;
    })
  );
}

/**
 * The text of a function, between what makes a factory of it: each call gives variables of their own, that can be
 * given values again and again. Nothing follows a `return`: coverage would count it as code that has not run.
 */
function factoryOf({ code, target, edits, variables }: Unit): UnitText['shipped'] {
  const { node, callable, script: parsed } = code;
  const { source, scopes } = parsed;
  const modifier = isMethod(node) ? /^static\s+(?!\()/.exec(source.slice(node.start, node.end)) : null;
  const start = node.start + (modifier?.[0].length ?? 0);
  const end = (isMethod(node) ? node : callable).end;
  const [before, after] = expression(code, target);
  const names = variables.map(({ name }) => name).join(',');
  const bind = names === '' ? '()=>{}' : `function(){[${names}]=arguments[0]}`;
  return {
    start,
    before: [
      ...(isStrictAt(node, scopes) ? ['"use strict";'] : []),
      // For a parameter: the variables may be called `exports`, too.
      'exports.f=',
      'exports=>{',
      'exports.u=[',
      '()=>',
      before,
    ],
    text: applyEdits(source, [...edits, ...metas(parsed)], start, end),
    after: `${after},${bind}];${names === '' ? '' : `var ${names}`}}`,
  };
}

/** What has to stand around a function's text to make it an expression, of the name that the function has. */
function expression(
  { node, callable }: Unit['code'],
  target: Unit['target'],
): readonly [before: string, after: string] {
  if (isMethod(node)) return ['Object.values({', '})[0]'];
  const isNamed = callable.type !== 'ArrowFunctionExpression' && callable.id;
  const name = ownName(target);
  if (isNamed || typeof name !== 'string' || name === '') return ['(', ')'];
  const key = JSON.stringify(name);
  return [`({${key}:`, `})[${key}]`];
}

function ownName(target: Unit['target']): unknown {
  return Object.getOwnPropertyDescriptor(target, 'name')?.value;
}

/** `import.meta` becomes a variable; its name is as long, so that nothing moves. */
function metas({ scopes }: ParsedScript): Edit[] {
  return scopes.metas.map(({ start, end }) => ({ start, end, text: META }));
}

const shippedScripts = new WeakMap<ParsedScript, ShippedScript>();

function shipScript(script: ParsedScript, texts: readonly UnitText[]): ShippedScript {
  let shipped = shippedScripts.get(script);
  if (!shipped) {
    const sourceMap = readsSourceMaps() ? withoutSources(sourceMapDataOf(script)) : undefined;
    const lines = linesOf(script).map((line) => line.length);
    shipped = {
      url: baseUrl(script),
      isModule: script.isModule,
      lines,
      ...(sourceMap === undefined ? {} : { sourceMap }),
      tsx: false,
    };
    shippedScripts.set(script, shipped);
  }
  const loads = texts.some(({ from, loadsTypeScript }) => from === script && loadsTypeScript);
  return loads && needsTsx(script.url, script) ? { ...shipped, tsx: true } : shipped;
}

/** Without the line that holds its source map, if there is one. */
function linesOf({ source }: ParsedScript): string[] {
  const lines = source.split(/\n|\r(?!\n)|[\u2028\u2029]/);
  const map = lines.findLastIndex((line) => line.startsWith('//# sourceMappingURL='));
  return map < 0 ? lines : lines.slice(0, map);
}

/** They are in the files that the map names. */
function withoutSources(sourceMap: object | undefined): string | undefined {
  return sourceMap && JSON.stringify({ ...sourceMap, sourcesContent: undefined });
}

/** What `require()` and `import()` are called with, roughly: a false alarm only costs a little time. */
function specifiersIn(source: string): string[] {
  const calls = source.matchAll(/\b(?:require|import|__vite_ssr_dynamic_import__)\s*\(\s*["'`]?([^"'`)]*)/g);
  return Array.from(calls, ([, specifier = '']) => specifier);
}

function readsSourceMaps(): boolean {
  return Boolean((process as { readonly sourceMapsEnabled?: boolean }).sourceMapsEnabled);
}
