import type { AnyFunction } from '../protocol/worker-reference.ts';
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
