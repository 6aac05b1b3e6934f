import type { AnyNode } from 'acorn';
import { functionWritten } from './functions-in-text.ts';
import type { Code } from './identify.ts';
import { type Callable, isClass } from './scopes.ts';
import { findObstacle, isMethod } from './surroundings.ts';

/** Whether a property is what a function or class gets by being made of its text. */
export function isAsMade(key: string, { value }: PropertyDescriptor, { callable, node }: Code): boolean {
  if (key === 'prototype') return true;
  if (key === 'arguments' || key === 'caller') return !isClass(callable);
  if (key === 'length') return value === lengthOf(callable);
  // What has no name in its text is given the one that it has.
  const isNamed = !isMethod(node) && 'id' in callable && callable.id;
  return key === 'name' && (isNamed ? value === isNamed.name : typeof value === 'string');
}

/** How many parameters a caller has to give. */
export function lengthOf(callable: Callable): number {
  if (isClass(callable)) {
    const written = callable.body.body.find(
      (member) => member.type === 'MethodDefinition' && member.kind === 'constructor',
    );
    return written && 'value' in written && written.value ? lengthOf(written.value as Callable) : 0;
  }
  const optional = callable.params.findIndex(
    ({ type }) => type === 'AssignmentPattern' || type === 'RestElement',
  );
  return optional < 0 ? callable.params.length : optional;
}

/** Whether a static field holds the very function of its text, and that cannot leave its class: it uses `this`, say. */
export function isTied(value: unknown, init: AnyNode, { script }: Code): boolean {
  const fn = functionWritten(init);
  if (!fn || typeof value !== 'function' || Object.keys(value).length > 0) return false;
  return (
    script.source.slice(fn.start, fn.end) === String(value) && findObstacle(fn, script.scopes) !== undefined
  );
}

/** Whether a property is not what the text of its class says. */
export function isPatched(
  holder: object,
  key: string,
  inText: ReadonlyMap<string, readonly string[] | undefined>,
): boolean {
  if (!inText.has(key)) return true;
  const texts = inText.get(key);
  const { value, get, set } = Object.getOwnPropertyDescriptor(holder, key) ?? {};
  const parts = [value, get, set].filter((part) => part !== undefined);
  return texts !== undefined && !parts.every((part) => texts.some((text) => text.includes(String(part))));
}

export function isExtended(prototype: unknown): boolean {
  if (typeof prototype !== 'object' || prototype === null) return false;
  return Reflect.ownKeys(prototype).some((key) => key !== 'constructor');
}
