import type { AnyNode } from 'acorn';
import { literalKey, nodesIn } from './ast.ts';
import type { Closure, Unit } from './closure.ts';

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
