import type { AnyNode, Identifier, MetaProperty, Program } from 'acorn';
import { contains } from './ast.ts';

/** A variable and where it is declared. */
export interface Binding {
  readonly name: string;
  readonly kind: 'import' | 'function' | 'class' | 'variable' | 'parameter';
  /** The import specifier, function, class, declarator, or whatever else brings the name in. */
  readonly node: AnyNode;
  /** The statement around it: `ImportDeclaration` or `VariableDeclaration` where there is one. */
  readonly statement: AnyNode;
  readonly scope: Scope;
  readonly references: Reference[];
  /** `var` and `function` may name a variable a second time, and give it another value there. */
  isDeclaredAgain: boolean;
}

/** One mention of a variable. Without a binding it is a global, or nothing at all. */
export interface Reference {
  readonly node: Identifier;
  readonly scope: Scope;
  readonly writes: boolean;
  binding: Binding | undefined;
}

export interface Scope {
  readonly node: AnyNode;
  readonly parent: Scope | undefined;
  /** `var` stops here. */
  readonly isFunction: boolean;
  readonly bindings: Map<string, Binding>;
}

export type FunctionNode = Extract<
  AnyNode,
  { type: 'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression' }
>;
export type Class = Extract<AnyNode, { type: 'ClassDeclaration' | 'ClassExpression' }>;
export type Callable = FunctionNode | Class;

/** Everything about names in one script, gathered in one walk. */
export interface ScriptScopes {
  readonly program: Program;
  readonly references: readonly Reference[];
  readonly referenceAt: ReadonlyMap<AnyNode, Reference>;
  readonly callables: readonly Callable[];
  readonly metas: readonly MetaProperty[];
  readonly parents: ReadonlyMap<AnyNode, AnyNode>;
  readonly isStrict: boolean;
  /** Calls of `eval` itself, and `with` statements. */
  readonly dynamic: readonly AnyNode[];
  /** The variable that a declarator, function or class declaration brings into the scope around it. */
  readonly declared: ReadonlyMap<AnyNode, Binding>;
}

/** A variable that some piece of code takes from outside itself. */
export interface FreeVariable {
  readonly name: string;
  readonly binding: Binding | undefined;
  readonly references: readonly Reference[];
}

/** What the code of `node` takes from outside: one entry a variable, in the order of first mention. */
export function freeVariables(scopes: ScriptScopes, node: AnyNode): FreeVariable[] {
  const found = new Map<
    Binding | string,
    { name: string; binding: Binding | undefined; references: Reference[] }
  >();
  for (const reference of scopes.references) {
    if (!contains(node, reference.node)) continue;
    const { binding } = reference;
    if (binding?.scope.parent && contains(node, binding.scope.node)) continue;
    const { name } = reference.node;
    const key = binding ?? name;
    const known = found.get(key);
    if (known) known.references.push(reference);
    else found.set(key, { name, binding, references: [reference] });
  }
  return [...found.values()];
}

/**
 * The function or class whose code V8 says starts at `offset`: the parenthesis or first parameter of a
 * function, the keyword of a class, or the parenthesis of a class's constructor.
 */
export function callableAt(scopes: ScriptScopes, offset: number): Callable | undefined {
  let innermost: Callable | undefined;
  for (const callable of scopes.callables) {
    const head = isClass(callable)
      ? callable.start === offset
      : callable.start <= offset && offset < callable.body.start;
    if (head && (!innermost || contains(innermost, callable))) innermost = callable;
  }
  return innermost && (constructedClass(scopes, innermost) ?? innermost);
}

/** Whether code is strict where it stands: its script is, or a function or class around it. */
export function isStrictAt(node: AnyNode, { parents, isStrict }: ScriptScopes): boolean {
  if (isStrict) return true;
  for (let at = parents.get(node); at; at = parents.get(at)) {
    if (isClass(at)) return true;
    if (at.type === 'BlockStatement' && at.body.some(isUseStrict)) return true;
  }
  return false;
}

export function isUseStrict(statement: AnyNode): boolean {
  return 'directive' in statement && statement.directive === 'use strict';
}

export function isClass(node: AnyNode): node is Class {
  return node.type === 'ClassDeclaration' || node.type === 'ClassExpression';
}

function constructedClass(scopes: ScriptScopes, node: Callable): Class | undefined {
  const method = scopes.parents.get(node);
  if (method?.type !== 'MethodDefinition' || method.kind !== 'constructor') return undefined;
  const body = scopes.parents.get(method);
  const owner = body && scopes.parents.get(body);
  return owner && isClass(owner) ? owner : undefined;
}

export function lookUp(name: string, scope: Scope): Binding | undefined {
  for (let at: Scope | undefined = scope; at; at = at.parent) {
    const binding = at.bindings.get(name);
    if (binding) return binding;
  }
  return undefined;
}
