import type { AnyFunction } from '../protocol/worker-reference.ts';
import { lengthOf } from './as-written.ts';
import { contains } from './ast.ts';
import type { Code } from './identify.ts';
import type { Callable, FreeVariable, Scope } from './scopes.ts';

/** In place of a function that nobody can get hold of: what that is like, from outside. */
export function standIn(callable: Callable): AnyFunction {
  const name = 'id' in callable ? callable.id?.name : '';
  return Object.defineProperties(() => {}, {
    name: { value: name, configurable: true },
    length: { value: lengthOf(callable), configurable: true },
  });
}

/** Whether nobody could tell a function from another one of the same code and variables. */
export function isOnlyCalled({ binding }: FreeVariable, { script: { scopes } }: Code): boolean {
  return (binding?.references ?? []).every(({ node, writes }) => {
    const parent = scopes.parents.get(node);
    return !writes && parent?.type === 'CallExpression' && parent.callee === node;
  });
}

/** Whether what is inside a function has variables of the same names as those that it takes from outside. */
export function isAnyHidden(around: Code, { references }: FreeVariable): boolean {
  const names = new Set(around.free.map(({ name }) => name));
  return references.some((reference) => {
    for (
      let at: Scope | undefined = reference.scope;
      at && contains(around.callable, at.node);
      at = at.parent
    ) {
      if ([...at.bindings.keys()].some((name) => names.has(name))) return true;
    }
    return false;
  });
}
