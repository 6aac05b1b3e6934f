import type { AnyNode } from 'acorn';
import { propertyKey } from './ast.ts';
import type { Closure, Unit } from './closure.ts';
import { speaksOfAny } from './names-said.ts';

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
