import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { AnyNode } from 'acorn';
import type { AnyFunction } from '../protocol/worker-reference.ts';
import { withoutQuery } from './entry-script.ts';
import type { LoadedScript } from './loaded-script.ts';
import type { ParsedScript } from './parsed-script.ts';
import { type Binding, type Callable, freeVariables, type ScriptScopes } from './scopes.ts';

const { cache } = createRequire(import.meta.url);

/** The name by which a module's text exports a function: ES modules, and what vitest makes of them. */
export function nameInText({ scopes, isModule }: ParsedScript, callable: Callable): string | undefined {
  const value = namedExpression(scopes, callable);
  if (scopes.parents.get(value)?.type === 'ExportDefaultDeclaration') return 'default';
  const binding = bindingOf(scopes, callable);
  if (!binding || binding.references.some(({ writes }) => writes)) return undefined;
  return isModule ? nameInModule(scopes, binding) : nameInGetters(scopes, binding);
}

/** The name by which a CommonJS module's exports hold a function, found by identity. */
export function nameInCommonJs(script: LoadedScript, target: AnyFunction): string | undefined {
  const { exports } =
    (script.url.startsWith('file:') && cache[fileURLToPath(withoutQuery(script.url))]) || {};
  if (exports === target) return 'default';
  if ((typeof exports !== 'object' && typeof exports !== 'function') || exports === null) return undefined;
  const holds = (name: string) => {
    try {
      return exports[name] === target;
    } catch {
      return false;
    }
  };
  // Its own name first: other properties may be getters that load half a library.
  return holds(target.name) ? target.name : Object.keys(exports).find(holds);
}

/** The variable that a function or class was written into. */
export function bindingOf(scopes: ScriptScopes, callable: Callable): Binding | undefined {
  const value = namedExpression(scopes, callable);
  const parent = scopes.parents.get(value);
  if (parent?.type === 'VariableDeclarator' && parent.init === value && parent.id.type === 'Identifier') {
    return scopes.declared.get(parent);
  }
  return scopes.declared.get(callable);
}

/** esbuild, and so tsx, writes `__name(() => ..., "name")` around functions, and hands the same function on. */
function namedExpression({ parents }: ScriptScopes, callable: Callable): AnyNode {
  const parent = parents.get(callable);
  const isNamed =
    parent?.type === 'CallExpression' &&
    parent.callee.type === 'Identifier' &&
    /^__name\d*$/.test(parent.callee.name) &&
    parent.arguments[0] === callable;
  return isNamed ? parent : callable;
}

function nameInModule({ program }: ScriptScopes, binding: Binding): string | undefined {
  if (binding.scope.node !== program) return undefined;
  for (const statement of program.body) {
    if (statement.type === 'ExportDefaultDeclaration') {
      const { declaration } = statement;
      if (declaration.type === 'Identifier' && declaration.name === binding.name) return 'default';
    }
    if (statement.type !== 'ExportNamedDeclaration' || statement.source) continue;
    if (statement.declaration && statement.declaration === binding.statement) return binding.name;
    for (const { local, exported } of statement.specifiers) {
      if (local.type !== 'Identifier' || local.name !== binding.name) continue;
      return exported.type === 'Identifier' ? exported.name : String(exported.value);
    }
  }
  return undefined;
}

/**
 * vite writes `__vite_ssr_exportName__("name", () => ...)`, or a `defineProperty` with a getter; esbuild
 * `__export(exports, { name: () => ... })`.
 */
function nameInGetters(scopes: ScriptScopes, binding: Binding): string | undefined {
  const gets = (getter: AnyNode | undefined) =>
    getter && freeVariables(scopes, getter)[0]?.binding === binding;
  for (const { node } of scopes.references) {
    if (!/^(?:__vite_ssr_export|__export\d*$)/.test(node.name)) continue;
    const call = scopes.parents.get(node);
    if (call?.type !== 'CallExpression') continue;
    const last = call.arguments.at(-1);
    const name = call.arguments.find((argument) => argument.type === 'Literal');
    if (name && gets(last)) return keyOf(name);
    if (name || last?.type !== 'ObjectExpression') continue;
    for (const property of last.properties) {
      if (property.type === 'Property' && gets(property.value)) return keyOf(property.key);
    }
  }
  return undefined;
}

function keyOf(key: AnyNode): string | undefined {
  if (key.type === 'Identifier') return key.name;
  return key.type === 'Literal' ? String(key.value) : undefined;
}
