import type {
  ShippedScript,
  ShippedText,
  ShippedUnit,
  SourceReference,
} from '../protocol/worker-reference.ts';
import type { Closure, Unit } from './closure.ts';
import { applyEdits, type Edit } from './edits.ts';
import { needsTsx } from './module-loading.ts';
import { type ParsedScript, sourceMapText } from './parsed-script.ts';
import { isClass } from './scopes.ts';
import { baseUrl, isPlainJavaScript, META } from './script-imports.ts';
import { isMethod } from './surroundings.ts';

/** A closure as text: of each function its own, and where in which script it stands. */
export function shipSource({ units, main, links }: Closure): SourceReference {
  const scripts = [...new Set(units.map(({ code }) => code.script))];
  const texts: ShippedText[] = [];
  // Functions that were made by the same code, in a loop say, share theirs.
  const known = new Map<string, number>();
  const shipped = units.map((unit): ShippedUnit => {
    const text = textOf(unit, scripts.indexOf(unit.code.script));
    const key = JSON.stringify([text.script, text.start, text.before, text.after, unit.edits]);
    let index = known.get(key);
    if (index === undefined) {
      index = texts.push(text) - 1;
      known.set(key, index);
    }
    const variables = unit.variables.map(({ origin }) => origin);
    return { kind: isClass(unit.code.callable) ? 'class' : 'function', text: index, variables };
  });
  return {
    type: 'source',
    scripts: scripts.map((script, index) => {
      const sources = texts.flatMap(({ script: of, text }) => (of === index ? [text] : []));
      return shipScript(script, sources);
    }),
    texts,
    units: shipped,
    main,
    links,
    url: baseUrl(units[main]!.code.script),
  };
}

/**
 * The text of a function, between what makes a factory of it: each call gives variables of their own, that can be
 * given values again and again. Nothing follows a `return`: coverage would count it as code that has not run.
 */
function textOf({ code, target, edits, variables }: Unit, script: number): ShippedText {
  const { node, callable, script: parsed } = code;
  const { source, scopes } = parsed;
  const modifier = isMethod(node) ? /^static\s+(?!\()/.exec(source.slice(node.start, node.end)) : null;
  const start = node.start + (modifier?.[0].length ?? 0);
  const end = (isMethod(node) ? node : callable).end;
  const [before, after] = expression(code, target);
  const names = variables.map(({ name }) => name).join(',');
  const bind = names === '' ? '()=>{}' : `function(){[${names}]=arguments[0]}`;
  return {
    script,
    start,
    before: [
      ...(scopes.isStrict ? ['"use strict";'] : []),
      'exports.f=',
      '()=>{',
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
  const name: unknown = Object.getOwnPropertyDescriptor(target, 'name')?.value;
  if (isNamed || typeof name !== 'string' || name === '') return ['(', ')'];
  const key = JSON.stringify(name);
  return [`({${key}:`, `})[${key}]`];
}

/** `import.meta` becomes a variable; its name is as long, so that nothing moves. */
function metas({ scopes }: ParsedScript): Edit[] {
  return scopes.metas.map(({ start, end }) => ({ start, end, text: META }));
}

const skeletons = new WeakMap<ParsedScript, Omit<ShippedScript, 'tsx'>>();

function shipScript(script: ParsedScript, texts: readonly string[]): ShippedScript {
  let skeleton = skeletons.get(script);
  if (!skeleton) {
    const sourceMap = readsSourceMaps() ? withoutSources(sourceMapText(script)) : undefined;
    const lines = linesOf(script).map((line) => line.length);
    skeleton = {
      url: baseUrl(script),
      isModule: script.isModule,
      lines,
      ...(sourceMap === undefined ? {} : { sourceMap }),
    };
    skeletons.set(script, skeleton);
  }
  // What is imported says so itself; this is for what the code loads while it runs.
  const loads = texts.flatMap(specifiersIn);
  return { ...skeleton, tsx: needsTsx(script.url, script) && !loads.every(isPlainJavaScript) };
}

/** Without the line that holds its source map, if there is one. */
function linesOf({ source }: ParsedScript): string[] {
  const lines = source.split(/\n|\r(?!\n)|[\u2028\u2029]/);
  const map = lines.findLastIndex((line) => line.startsWith('//# sourceMappingURL='));
  return map < 0 ? lines : lines.slice(0, map);
}

/** They are in the files that the map names. */
function withoutSources(sourceMap: string | undefined): string | undefined {
  if (sourceMap === undefined) return undefined;
  const { sourcesContent: _, ...map } = JSON.parse(sourceMap) as Record<string, unknown>;
  return JSON.stringify(map);
}

/** What `require()` and `import()` are called with, roughly: a false alarm only costs a little time. */
function specifiersIn(source: string): string[] {
  const calls = source.matchAll(/\b(?:require|import|__vite_ssr_dynamic_import__)\s*\(\s*["'`]?([^"'`)]*)/g);
  return Array.from(calls, ([, specifier = '']) => specifier);
}

function readsSourceMaps(): boolean {
  return Boolean((process as { readonly sourceMapsEnabled?: boolean }).sourceMapsEnabled);
}
