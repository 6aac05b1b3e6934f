import type { AnyNode } from 'acorn';
import { keysTo, literalKey, memberKey } from './ast.ts';
import { type Binding, lookUp } from './scopes.ts';

/** How a variable was loaded by `require()`, or by an `import()` that was waited for. */
export interface RequiredVariable {
  readonly loader: 'require' | 'import';
  readonly specifier: string;
  /** The properties that lead from the module to the variable's value. */
  readonly path: readonly string[];
  /** What stands around the call: esbuild and TypeScript give CommonJS a `default`. */
  readonly interop: 'always' | 'unless-es-module' | undefined;
}

/**
 * Reads `const { a } = require('x').y`, `var x = __toESM(require('x'), 1)`, `const x = await import('x')`. Their
 * values are modules, or of modules, so a thread loads them again.
 */
export function requiredVariable(binding: Binding): RequiredVariable | undefined {
  const { node, name, references } = binding;
  if (node.type !== 'VariableDeclarator' || !node.init || references.some(({ writes }) => writes))
    return undefined;
  const inPattern = keysTo(node.id, name);
  const path: string[] = [];
  let at: AnyNode = node.init;
  while (at.type === 'MemberExpression') {
    const key = memberKey(at);
    if (key === undefined) return undefined;
    path.unshift(key);
    at = at.object;
  }
  const loaded = loadingCall(at, binding);
  return loaded && inPattern && { ...loaded, path: [...path, ...inPattern] };
}

function loadingCall(node: AnyNode, binding: Binding): Omit<RequiredVariable, 'path'> | undefined {
  const plain = { interop: undefined };
  if (node.type === 'AwaitExpression') {
    const { argument } = node;
    const source = argument.type === 'ImportExpression' ? argument.source : vitestImport(argument);
    const specifier = source && literalKey(source);
    return specifier === undefined ? undefined : { loader: 'import', specifier, ...plain };
  }
  if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier') return undefined;
  const { callee } = node;
  const [first, ...others] = node.arguments;
  if (!first) return undefined;
  if (callee.name === 'require') {
    if (!isNodes(lookUp('require', binding.scope))) return undefined;
    const specifier = literalKey(first);
    return specifier === undefined ? undefined : { loader: 'require', specifier, ...plain };
  }
  if (!HELPERS.includes(callee.name)) return undefined;
  const inner = loadingCall(first, binding);
  const isAlways = others.some((argument) => argument.type === 'Literal' && Boolean(argument.value));
  return inner && { ...inner, interop: isAlways ? 'always' : 'unless-es-module' };
}

/** Given by Node or by what is around the module, or made by `createRequire()`. */
function isNodes(require: Binding | undefined): boolean {
  return require === undefined || require.kind === 'parameter' || madeByCreateRequire(require) !== undefined;
}

/** Whether a variable is the `require` of its script, as `createRequire(import.meta.url)` makes it. */
export function isOwnRequire(binding: Binding): boolean {
  const from = madeByCreateRequire(binding)?.arguments[0];
  if (from === undefined || binding.references.some(({ writes }) => writes)) return false;
  if (from.type !== 'MemberExpression') return from.type === 'Identifier' && from.name === '__filename';
  const { object } = from;
  const isMeta =
    object.type === 'MetaProperty' ||
    (object.type === 'Identifier' && object.name === '__vite_ssr_import_meta__');
  return isMeta && memberKey(from) === 'url';
}

function madeByCreateRequire({ node }: Binding): (AnyNode & { type: 'CallExpression' }) | undefined {
  const made = node.type === 'VariableDeclarator' ? node.init : undefined;
  if (made?.type !== 'CallExpression') return undefined;
  const { callee } = made;
  // As a bundler or vitest writes it: (0, module.createRequire)(...)
  const plain = callee.type === 'SequenceExpression' ? callee.expressions.at(-1)! : callee;
  const name =
    plain.type === 'MemberExpression' ? memberKey(plain) : 'name' in plain ? plain.name : undefined;
  return name === 'createRequire' ? made : undefined;
}

function vitestImport(node: AnyNode): AnyNode | undefined {
  if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier') return undefined;
  return node.callee.name === '__vite_ssr_dynamic_import__' ? node.arguments[0] : undefined;
}

/** What esbuild and TypeScript write around required modules. */
const HELPERS = ['__toESM', '__importDefault', '__importStar'];
