import { parse } from 'acorn';
import { describe, expect, test } from 'vitest';
import { analyzeScopes } from '../../src/resolve/analyze-scopes.ts';
import { callableAt, freeVariables } from '../../src/resolve/scopes.ts';

/** Free variables of the function or class whose code starts at the first `|`. */
function free(marked: string): string[] {
  const offset = marked.indexOf('|');
  const source = marked.replace('|', '');
  const scopes = analyzeScopes(parse(source, { ecmaVersion: 'latest', sourceType: 'module' }));
  const callable = callableAt(scopes, offset);
  if (!callable) throw new Error('no function there');
  return freeVariables(scopes, callable).map(({ name, binding }) => (binding ? name : `${name}?`));
}

describe('a function takes from outside', () => {
  test.each([
    ['nothing, where it has all itself', 'const f = |(a, { b, c: [d] }, ...e) => a + b + d + e', []],
    ['variables around it', 'let k = 1; const f = |(x) => x * k', ['k']],
    ['globals', 'function f|(x) { return Math.max(x, limit) }', ['Math?', 'limit?']],
    ['what its inner functions use', 'let k; function f|() { return () => { return () => k } }', ['k']],
    ['what default values use', 'let k; function f|(a = k, { b = a } = {}) {}', ['k']],
    ['what computed keys use', 'let k; const f = |() => ({ [k]: 1, k: 2 }).k', ['k']],
    ['shorthand properties', 'let k; const f = |() => ({ k })', ['k']],
    ['what it assigns', 'let a, b, c; const f = |() => { [a, { b }] = c; }', ['c', 'a', 'b']],
    ['no labels', 'const f = |() => { here: for (;;) { break here; } }', []],
    ['no var of an inner block', 'function f|() { if (1) { var a = 1; } return a }', []],
    ['let only in its block', 'let a; function f|() { { let a = 1; } return a }', ['a']],
    ['no loop variable', 'function f|(xs) { for (const x of xs) x(); for (let i = 0; i; i++) i; }', []],
    ['no caught error', 'function f|() { try {} catch (error) { return error } }', []],
    ['not its own name', 'const f = function g|(n) { return g(n - 1) + arguments.length }', []],
    ['its own name, if declared', 'function f|(n) { return f(n - 1) }', ['f']],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a template
    ['tagged templates', 'let t, k; const f = |() => t`a${k}b`', ['t', 'k']],
  ])('%s', (_what, source, names) => {
    expect(free(source).sort()).toEqual([...names].sort());
  });
});

describe('a class takes from outside', () => {
  test.each([
    ['its base', 'import { Base } from "b"; |class C extends Base { m() { return C } }', ['Base']],
    ['what fields and static blocks use', 'let a, b; |class C { x = a; static { b; } }', ['a', 'b']],
    ['what computed members use', 'let k; |class C { [k]() {} k = 1; get g() {} }', ['k']],
    [
      'the same where its constructor is named',
      'let k; class C { constructor|() { k; } m() { z } }',
      ['k', 'z?'],
    ],
  ])('%s', (_what, source, names) => {
    expect(free(source)).toEqual(names);
  });
});

describe('the function at a position is', () => {
  test.each([
    ['an async arrow function', 'const f = async |x => x', 'async x => x'],
    ['a default value of another', '(a = |() => 1) => a', '() => 1'],
    ['the one around a default value', '|(a = () => 1) => a', '(a = () => 1) => a'],
    ['the outer of two arrow functions', '|x => y => x', 'x => y => x'],
    ['a generator method', '({ *m|(x) { yield x } })', '(x) { yield x }'],
  ])('%s', (_what, marked, expected) => {
    const offset = marked.indexOf('|');
    const source = marked.replace('|', '');
    const found = callableAt(analyzeScopes(parse(source, { ecmaVersion: 'latest' })), offset);
    expect(found && source.slice(found.start, found.end)).toBe(expected);
  });
});
