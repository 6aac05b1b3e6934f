import type { AnyNode } from 'acorn';
import { literalKey, nodesIn, propertyKey } from './ast.ts';
import type { Closure, Unit } from './closure.ts';

/** The method that something stands in, by its name. */
export function methodAround(node: AnyNode, parents: ReadonlyMap<AnyNode, AnyNode>): string | undefined {
  for (let at = parents.get(node); at !== undefined; at = parents.get(at)) {
    if (at.type === 'MethodDefinition') return at.kind === 'constructor' ? undefined : propertyKey(at);
    if (at.type === 'Property' && at.value.type.endsWith('FunctionExpression')) return propertyKey(at);
  }
  return undefined;
}

/**
 * Whether something stands in a method that no code of the closure speaks of by its name. What calls methods without
 * their names, the language or a computed key, may call it nevertheless.
 */
export function isUnmentioned(node: AnyNode, { target, code }: Unit, closure: Closure): boolean {
  const name = methodAround(node, code.script.scopes.parents);
  if (name === undefined || (target === closure.units[closure.main]!.target && OF_WORKERS.has(name)))
    return false;
  return !speaksOfAny(closure, [name]);
}

/** Methods of a worker that lanes call. */
const OF_WORKERS = new Set(['mapJob', 'paraMethod', 'init', 'exit']);

/** Whether any code calls, reads or says one of the names, and does not just give it to a method. */
export function speaksOfAny({ units }: Closure, names: readonly string[]): boolean {
  return units.some(({ code }) => {
    const said = namesSaid(code);
    return names.some((name) => said.has(name));
  });
}

const known = new WeakMap<AnyNode, ReadonlySet<string>>();

function namesSaid({ node: whole, script }: Unit['code']): ReadonlySet<string> {
  const before = known.get(whole);
  if (before) return before;
  const said = new Set<string>();
  for (const node of nodesIn(whole)) {
    const name =
      node.type === 'PrivateIdentifier'
        ? `#${node.name}`
        : node.type === 'Identifier'
          ? node.name
          : literalKey(node);
    if (name !== undefined && !isNameOfMethod(node, script.scopes.parents)) said.add(name);
  }
  known.set(whole, said);
  return said;
}

function isNameOfMethod(node: AnyNode, parents: ReadonlyMap<AnyNode, AnyNode>): boolean {
  const parent = parents.get(node);
  if (parent?.type !== 'MethodDefinition' && parent?.type !== 'Property') return false;
  return parent.key === node && parents.get(parent)?.type !== 'ObjectPattern';
}
