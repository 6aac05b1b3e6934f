import type { AnyNode } from 'acorn';
import type { AnyFunction } from '../protocol/worker-reference.ts';
import { literalKey, memberKey, propertyKey } from './ast.ts';
import type { Closure } from './closure.ts';
import { addedSinceImport, isRealm, isStandard } from './globals.ts';
import { isNative, ownValue } from './natives.ts';
import { placeInFile } from './parsed-script.ts';
import { notPortable } from './ways-out.ts';

/**
 * Refuses functions that read what the program has added to globals or changed in them: each thread has globals of its
 * own, as Node makes them.
 *
 * @throws JobRunnerError `WORKER_NOT_PORTABLE` naming the global, and the line.
 */
export function refuseOwnGlobals(target: AnyFunction, { units }: Closure): void {
  for (const { code, live } of units) {
    const { script } = code;
    for (const free of code.free) {
      // Those that the program has added travel, as variables do.
      if (free.binding || live.has(free)) continue;
      for (const { node } of free.references) {
        const own = ownOfProgram(free.name, keysRead(node, script.scopes.parents));
        if (own === undefined) continue;
        throw notPortable(
          target,
          `it reads \`${own}\` (at ${placeInFile(script, node.start)}), which the program has set, and threads have globals of their own`,
          'Keep it in a variable and use that, or set it in a module that the function imports',
        );
      }
    }
  }
}

/** `globalThis.a`, `'a' in globalThis`, `const { a } = globalThis`; nothing of `typeof globalThis`. */
function keysRead(node: AnyNode, parents: ReadonlyMap<AnyNode, AnyNode>): readonly string[] | undefined {
  const parent = parents.get(node);
  switch (parent?.type) {
    case 'MemberExpression':
      return parent.object === node ? only(memberKey(parent)) : undefined;
    case 'BinaryExpression':
      if (parent.operator === 'in') return parent.right === node ? only(literalKey(parent.left)) : undefined;
      return [];
    case 'UnaryExpression':
      return [];
    case 'VariableDeclarator': {
      if (parent.id.type !== 'ObjectPattern') return undefined;
      const keys = parent.id.properties.map((property) =>
        property.type === 'Property' ? propertyKey(property) : undefined,
      );
      return keys.every((key) => key !== undefined) ? keys : undefined;
    }
    default:
      return undefined;
  }
}

function only(key: string | undefined): readonly string[] | undefined {
  return key === undefined ? undefined : [key];
}

/** What a program has, and a thread has not, or has otherwise: `globalThis.config`, or a `Math.random` of its own. */
function ownOfProgram(name: string, keys: readonly string[] | undefined): string | undefined {
  if (isRealm(name)) {
    const own = (keys ?? addedSinceImport()).find((key) => {
      const property = Object.getOwnPropertyDescriptor(globalThis, key);
      return property !== undefined && !isStandard(key, property.value);
    });
    return own && `${name}.${own}`;
  }
  // Where stack traces are made readable, `Error` has a function for it, in threads as well.
  if (name === 'Error') return undefined;
  const global = ownValue(globalThis, name);
  const isOfTheLanguage = typeof global === 'function' && isNative(global as AnyFunction);
  if (!isOfTheLanguage && !NAMESPACES.includes(name)) return undefined;
  const own = (keys ?? (isOfTheLanguage ? [] : Object.getOwnPropertyNames(global))).find((key) => {
    const value = ownValue(global as object, key);
    return typeof value === 'function' && !isNative(value as AnyFunction);
  });
  return own && `${name}.${own}`;
}

/** Globals of the language that are no functions. */
const NAMESPACES = ['Math', 'JSON', 'Reflect', 'Atomics', 'Intl'];
