import { types } from 'node:util';
import type { AnyNode } from 'acorn';
import { isBranded } from '../arrays/brand.ts';
import type { AnyFunction } from '../protocol/worker-reference.ts';
import { memberKey, nodesIn, propertyKey } from './ast.ts';
import { classesOf } from './class-text.ts';
import { isClass } from './scopes.ts';

/** A container that the job has made itself, of elements that it has not. */
export class Fresh {
  readonly elements: readonly unknown[];

  constructor(elements: readonly unknown[]) {
    this.elements = elements;
  }
}

/** Looking at so many elements tells what the others are. */
const ENOUGH = 1000;

/** Everything that a step into a container may lead to, where nobody knows the key. */
export function elementsOf(holders: readonly unknown[]): unknown[] {
  return holders.flatMap((holder) => {
    if (holder instanceof Fresh) return holder.elements;
    if (types.isMap(holder)) return [...holder.entries()].slice(0, ENOUGH).flat();
    if (types.isSet(holder)) return [...holder.values()].slice(0, ENOUGH);
    if (ArrayBuffer.isView(holder) || isBranded(holder)) return [];
    if (Array.isArray(holder)) return holder.slice(0, ENOUGH);
    return Object.entries(Object.getOwnPropertyDescriptors(Object(holder)))
      .slice(0, ENOUGH)
      .map(([, { value }]) => value as unknown);
  });
}

/** What a property of each holder is; getters are asked in shared arrays only. */
export function propertiesOf(holders: readonly unknown[], key: string): unknown[] {
  return holders.flatMap((holder): readonly unknown[] => {
    if (holder instanceof Fresh) return holder.elements;
    if (isBranded(holder)) return [(holder as Record<string, unknown>)[key]];
    for (let at: unknown = holder; Object(at) === at; at = Object.getPrototypeOf(at)) {
      const descriptor = Object.getOwnPropertyDescriptor(at, key);
      if (descriptor) return [descriptor.value];
    }
    return [];
  });
}

/** Memory that every thread writes to, and every thread sees. */
export function isSharedMemory(value: unknown): boolean {
  if (isBranded(value) || types.isSharedArrayBuffer(value)) return true;
  return ArrayBuffer.isView(value) && types.isSharedArrayBuffer(value.buffer);
}

/** Whether `holder.key()` changes the holder. `callableOf` knows the code of functions that travel. */
export function mutates(
  holder: unknown,
  key: string,
  callableOf: (fn: unknown) => AnyNode | undefined,
): boolean {
  if (holder instanceof Fresh || isSharedMemory(holder)) return false;
  if (Array.isArray(holder)) return OF_ARRAYS.includes(key);
  if (types.isMap(holder) || types.isSet(holder)) return OF_COLLECTIONS.includes(key);
  if (types.isDate(holder) || types.isDataView(holder)) return key.startsWith('set');
  if (ArrayBuffer.isView(holder)) return OF_VIEWS.test(key);
  if (types.isRegExp(holder)) return (holder.global || holder.sticky) && OF_PATTERNS.includes(key);
  const [method] = propertiesOf([holder], key);
  if (typeof method !== 'function') return false;
  const own = callableOf(method);
  if (own) return writesThis(own);
  const maker: unknown = (holder as { readonly constructor?: unknown }).constructor;
  if (typeof maker !== 'function') return false;
  const classes =
    typeof holder === 'function' ? classesOf(holder as AnyFunction) : classesOf(maker as AnyFunction);
  return methodWrites(key, classes, typeof holder === 'function', new Set());
}

function methodWrites(
  key: string,
  classes: readonly AnyNode[],
  isStatic: boolean,
  seen: Set<string>,
): boolean {
  if (seen.has(key)) return false;
  seen.add(key);
  return classes.some(
    (node) =>
      isClass(node) &&
      node.body.body.some(
        (member) =>
          'key' in member &&
          member.static === isStatic &&
          propertyKey(member) === key &&
          member.value &&
          (writesThis(member.value) ||
            calledOnThis(member.value).some((other) => methodWrites(other, classes, isStatic, seen))),
      ),
  );
}

/** Whether code assigns to `this.…`, or calls on it what changes containers. */
function writesThis(fn: AnyNode): boolean {
  for (const node of nodesIn(fn)) {
    if (node.type === 'AssignmentExpression' && reachesThis(node.left)) return true;
    if (node.type === 'UpdateExpression' && isOfThis(node.argument)) return true;
    if (node.type === 'UnaryExpression' && node.operator === 'delete' && isOfThis(node.argument)) return true;
    if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') continue;
    const key = memberKey(node.callee);
    if (key !== undefined && isOfThis(node.callee.object) && mayMutate(key)) return true;
  }
  return false;
}

/** An assignment's target, or a part of one, is a member of `this`. */
function reachesThis(target: AnyNode): boolean {
  if (target.type === 'MemberExpression') return isOfThis(target);
  for (const node of nodesIn(target)) if (node.type === 'MemberExpression' && isOfThis(node)) return true;
  return false;
}

/** `this.a`, `this.a[i].b`; not `this` itself. */
function isOfThis(node: AnyNode): boolean {
  if (node.type === 'ChainExpression') return isOfThis(node.expression);
  if (node.type !== 'MemberExpression') return false;
  return node.object.type === 'ThisExpression' || isOfThis(node.object);
}

function calledOnThis(fn: AnyNode): string[] {
  const names: string[] = [];
  for (const node of nodesIn(fn)) {
    if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') continue;
    const { object } = node.callee;
    const key = memberKey(node.callee);
    if (key !== undefined && (object.type === 'ThisExpression' || object.type === 'Super')) names.push(key);
  }
  return names;
}

function mayMutate(key: string): boolean {
  return OF_ARRAYS.includes(key) || OF_COLLECTIONS.includes(key) || OF_VIEWS.test(key);
}

const OF_ARRAYS = ['push', 'pop', 'shift', 'unshift', 'splice', 'sort', 'reverse', 'fill', 'copyWithin'];
const OF_COLLECTIONS = ['set', 'add', 'delete', 'clear'];
const OF_VIEWS = /^(?:set|fill|sort|reverse|copyWithin|write\w*|swap\d+)$/;
const OF_PATTERNS = ['exec', 'test'];
