import { expect, test } from 'vitest';
import { nameInText } from '../../src/resolve/exported-name.ts';
import { parseScript } from '../../src/resolve/parsed-script.ts';
import { callableAt } from '../../src/resolve/scopes.ts';

function nameAt(marked: string): string | undefined {
  const offset = marked.indexOf('|');
  const source = marked.replace('|', '');
  const isModule = /\b(?:export|import)\b/.test(source);
  const url = 'file:///lib.js';
  const script = parseScript({ url, source, isModule, startLine: 0, startColumn: 0, sourceMapURL: '' });
  const callable = callableAt(script.scopes, offset);
  return callable && nameInText(script, callable);
}

test.each([
  ['a declaration', 'export function f|(x) {}', 'f'],
  ['a class', 'export |class C {}', 'C'],
  ['a constant', 'export const a = 1, f = |(x) => x', 'f'],
  ['a list', 'export { f }; function f|() {}', 'f'],
  ['another name', 'export { f as g }; const f = function |() {}', 'g'],
  ['a name in quotes', 'export { f as "g h" }; const f = |() => {}', 'g h'],
  ['default', 'export default async function |() {}', 'default'],
  ['default, of a variable', 'const f = |() => {}; export default f', 'default'],
  ['what esbuild names', 'export { f }; const f = __name(|() => {}, "f")', 'f'],
  ['esbuild, CommonJS', '__export(out, { g: () => f }); function f|() {}', 'g'],
  ['vite', '__vite_ssr_exportName__("g", () => { try { return f } catch {} }); function f|() {}', 'g'],
  [
    'vite before that',
    'Object.defineProperty(__vite_ssr_exports__, "g", { get() { return f } }); function f|() {}',
    'g',
  ],
])('is found by %s', (_what, marked, name) => {
  expect(nameAt(marked)).toBe(name);
});

test.each([
  ['is not exported', 'export const a = 1; function f|() {}'],
  ['is inside an exported function', 'export function f() { return function f|() {} }'],
  ['is wrapped before it is exported', 'export const f = memoize(|() => {})'],
  ['is only the first value of what is exported', 'export let f = |() => {}; f = 1'],
  ['has the name of an export of another module', 'export { f } from "x"; { function f|() {} }'],
])('is not found where a function %s', (_what, marked) => {
  expect(nameAt(marked)).toBeUndefined();
});
