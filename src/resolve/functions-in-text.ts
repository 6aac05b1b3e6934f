import type { AnyNode } from 'acorn';
import type { AnyFunction } from '../protocol/worker-reference.ts';
import { propertyKey } from './ast.ts';
import { propertyOf } from './captured-parts.ts';
import { globalCallee } from './native-functions.ts';
import { type Binding, type Callable, isClass, type ScriptScopes } from './scopes.ts';

type Call = AnyNode & { type: 'CallExpression' | 'NewExpression' };
type Member = AnyNode & { type: 'MemberExpression' };

/** The function itself: for a method its value. */
export function functionIn(node: AnyNode, callable: Callable): Callable {
  if (
    (node.type === 'MethodDefinition' || node.type === 'Property') &&
    node.value.type === 'FunctionExpression'
  ) {
    return node.value;
  }
  return callable;
}

export function methodIn(
  node: Callable,
  fn: AnyFunction,
  owner: object,
  isStatic: boolean,
): Callable | undefined {
  if (!isClass(node)) return undefined;
  for (const member of node.body.body) {
    if (member.type !== 'MethodDefinition' || member.static !== isStatic) continue;
    const key = propertyKey(member);
    const { value, get, set } = (key !== undefined && Object.getOwnPropertyDescriptor(owner, key)) || {};
    if ([value, get, set].includes(fn)) return member.value;
  }
  return undefined;
}

export function constructorOf(node: Callable): Callable | undefined {
  if (!isClass(node)) return undefined;
  for (const member of node.body.body) {
    if (member.type === 'MethodDefinition' && member.kind === 'constructor') return member.value;
  }
  return undefined;
}

export function hasThisOfOuter(node: AnyNode): boolean {
  return node.type !== 'FunctionDeclaration' && node.type !== 'FunctionExpression' && !isClass(node);
}

export function localFunction({ node }: Binding): Callable | undefined {
  if (node.type === 'FunctionDeclaration') return node;
  return node.type === 'VariableDeclarator' && node.init ? functionWritten(node.init) : undefined;
}

/** The function that an expression is. */
export function functionWritten(node: AnyNode): Callable | undefined {
  const written = isNamed(node) ? (node as Call).arguments[0] : node;
  const isFunction = written?.type === 'ArrowFunctionExpression' || written?.type === 'FunctionExpression';
  return isFunction ? written : undefined;
}

/** esbuild's `__name(fn, "name")`. */
export function isNamed(node: AnyNode | undefined): boolean {
  return (
    node?.type === 'CallExpression' &&
    node.callee.type === 'Identifier' &&
    /^__name\d*$/.test(node.callee.name)
  );
}

/** Whether a local variable starts as a container of the language. */
export function madeAsContainer({ node }: Binding): boolean {
  if (node.type !== 'VariableDeclarator' || !node.init) return false;
  const { init } = node;
  if (init.type === 'ArrayExpression') return true;
  return (
    init.type === 'NewExpression' &&
    init.callee.type === 'Identifier' &&
    /^(?:Weak)?(?:Map|Set)$/.test(init.callee.name)
  );
}

export function isLiteral(node: AnyNode): boolean {
  return node.type === 'ArrayExpression' || node.type === 'Literal' || node.type === 'TemplateLiteral';
}

/** `Array.prototype.push`, `[].push`. */
export function nativeMethod(method: Member, key: string, scopes: ScriptScopes): unknown {
  if (method.object.type === 'ArrayExpression') return ([] as never as Record<string, unknown>)[key];
  if (method.object.type === 'ObjectExpression') return ({} as Record<string, unknown>)[key];
  const [holder, step] = globalCallee(method.object, scopes)?.split('.') ?? [];
  if (holder === undefined || step !== 'prototype') return undefined;
  const maker = Object.getOwnPropertyDescriptor(globalThis, holder)?.value as
    | { prototype?: object }
    | undefined;
  return maker?.prototype && propertyOf(maker.prototype, key)?.descriptor.value;
}

export function nativeName(fn: AnyFunction): string {
  if (Object.getOwnPropertyDescriptor(globalThis, fn.name)?.value === fn) return fn.name;
  const holder = ['Math', 'JSON', 'Number', 'Object', 'Array'].find(
    (name) =>
      Object.getOwnPropertyDescriptor((globalThis as never as Record<string, object>)[name], fn.name)
        ?.value === fn,
  );
  return holder === undefined ? '' : `${holder}.${fn.name}`;
}
