import type { AnyNode } from 'acorn';
import type { AnyFunction } from '../protocol/worker-reference.ts';
import { memberKey } from './ast.ts';
import { type LiveScope, scopesAround } from './inspector.ts';

/** A variable as it is now. */
export type LiveVariable =
  | { readonly state: 'value'; readonly value: unknown }
  /** Declared further down, and not reached yet. */
  | { readonly state: 'uninitialized' }
  /** In no scope of the function: a global, or nothing at all. */
  | { readonly state: 'absent' };

/** The variables around one function, read when the first of them is asked for. */
export class LiveVariables {
  readonly #target: AnyFunction;
  #scopes: readonly LiveScope[] | undefined;

  constructor(target: AnyFunction) {
    this.#target = target;
  }

  read(name: string): LiveVariable {
    this.#scopes ??= scopesAround(this.#target);
    // The innermost first: that is whom the name means.
    const scope = this.#scopes.find((candidate) => Object.hasOwn(candidate, name));
    if (!scope) return { state: 'absent' };
    try {
      return { state: 'value', value: scope[name] };
    } catch {
      return { state: 'uninitialized' };
    }
  }
}

/** The value that a name, or a property of one, has now; undefined for any other code. */
export function liveAt(node: AnyNode, around: LiveVariables): unknown {
  if (node.type === 'MemberExpression') {
    const key = memberKey(node);
    return key === undefined
      ? undefined
      : (Object(liveAt(node.object, around)) as Record<string, unknown>)[key];
  }
  if (node.type !== 'Identifier') return undefined;
  const found = around.read(node.name);
  if (found.state === 'value') return found.value;
  return found.state === 'absent' ? (globalThis as Record<string, unknown>)[node.name] : undefined;
}
