import type { PropertyDefinition } from 'acorn';
import { nodesIn } from './ast.ts';
import { type Callable, isClass, type ScriptScopes } from './scopes.ts';
import { isTarget, type Mention } from './targets.ts';

/** A static private field. No code outside its class can read it, but the inspector can. */
export interface StaticPrivate {
  /** `#name` */
  readonly name: string;
  readonly field: PropertyDefinition;
  /** Where the class speaks of it: the members `C.#name`. */
  readonly mentions: readonly Mention[];
}

/** Static blocks count for nothing: what they did is done. */
export function staticPrivates(callable: Callable, { parents }: ScriptScopes): StaticPrivate[] {
  if (!isClass(callable)) return [];
  const code = [...nodesIn(callable, ({ type }) => type !== 'StaticBlock')];
  return callable.body.body.flatMap((field): StaticPrivate[] => {
    if (field.type !== 'PropertyDefinition' || !field.static || field.key.type !== 'PrivateIdentifier')
      return [];
    const { name } = field.key;
    const mentions = code.flatMap((node) =>
      node.type === 'MemberExpression' &&
      node.property.type === 'PrivateIdentifier' &&
      node.property.name === name
        ? [{ node, writes: isTarget(node, parents) }]
        : [],
    );
    return [{ name: `#${name}`, field, mentions }];
  });
}

/** A static private field of a class: a variable, as it were, that its initialiser reads. */
export interface PrivateField {
  /** `Class.#name` */
  readonly path: string;
  readonly variable: string;
  readonly value: unknown;
  readonly mentions: StaticPrivate['mentions'];
}
