import type { AnyNode } from 'acorn';
import type { AnyFunction } from '../protocol/worker-reference.ts';
import { functionWritten } from './functions-in-text.ts';
import type { Code } from './identify.ts';
import { isNative } from './natives.ts';
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

/** Whether a property is not what the text of its class says. Without a name, that has members of computed names. */
export function isPatched(holder: object, key: string | symbol, inText: TextsByName): boolean {
  if (inText.has(key) && inText.get(key) === undefined) return false;
  const texts = inText.get(key) ?? inText.get(COMPUTED) ?? [];
  const { value, get, set } = Object.getOwnPropertyDescriptor(holder, key) ?? {};
  const parts = [value, get, set].filter((part) => part !== undefined);
  return !parts.every(
    (part) => typeof part === 'function' && texts.some((text) => text.includes(String(part))),
  );
}

/** Whether a member that the text of a class has is not there any more. */
export function isAnyGone(holder: object, inText: TextsByName): boolean {
  return [...inText.keys()].some((key) => {
    if (key !== COMPUTED)
      return !(typeof key === 'string' && key.startsWith('#')) && !Object.hasOwn(holder, key);
    const named = Reflect.ownKeys(holder).filter(
      (own) => !inText.has(own) && !isPatched(holder, own, inText),
    );
    return named.length < new Set(inText.get(COMPUTED)).size;
  });
}

/** The texts of members by their names; undefined where any will do. */
export type TextsByName = ReadonlyMap<string | symbol, readonly string[] | undefined>;

/** For members whose names are computed. */
export const COMPUTED: unique symbol = Symbol('computed');

/** Whether a function or class has still the prototypes that it was made with. */
export function hasItsPrototypes(target: AnyFunction, { callable }: Code): boolean {
  const base: unknown = Object.getPrototypeOf(target);
  const { prototype } = target as { readonly prototype?: unknown };
  const below: unknown = prototype === undefined ? undefined : Object.getPrototypeOf(prototype);
  if (!isClass(callable)) {
    const isPlain = callable.type !== 'ArrowFunctionExpression' && !callable.generator && !callable.async;
    return isOfTheLanguage(base) && !(isPlain && prototype !== undefined && !isOfTheLanguage(below));
  }
  const { superClass } = callable;
  if (superClass?.type === 'Literal') return isOfTheLanguage(base) && below === null;
  if (superClass) return typeof base === 'function' && below === base.prototype;
  return isOfTheLanguage(base) && isOfTheLanguage(below);
}

/** `Function.prototype`, `Object.prototype` and their like, of whichever realm. */
function isOfTheLanguage(prototype: unknown): boolean {
  if (Object(prototype) !== prototype) return false;
  const maker: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  return typeof maker === 'function' && isNative(maker as AnyFunction);
}

export function isExtended(prototype: unknown): boolean {
  if (typeof prototype !== 'object' || prototype === null) return false;
  return Reflect.ownKeys(prototype).some((key) => key !== 'constructor');
}
