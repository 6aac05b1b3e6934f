import type { AnyNode, Identifier, MetaProperty, Program } from 'acorn';
import { childrenOf } from './ast.ts';
import {
  type Binding,
  type Callable,
  type Class,
  type FunctionNode,
  isUseStrict,
  lookUp,
  type Reference,
  type Scope,
  type ScriptScopes,
} from './scopes.ts';

/** Says who declares and who mentions which name in a parsed script. */
export function analyzeScopes(program: Program): ScriptScopes {
  const references: Reference[] = [];
  const callables: Callable[] = [];
  const metas: MetaProperty[] = [];
  const dynamic: AnyNode[] = [];
  const parents = new Map<AnyNode, AnyNode>();
  const declared = new Map<AnyNode, Binding>();
  const inBlocks: { readonly name: string; readonly scope: Scope }[] = [];

  const enter = (node: AnyNode, parent: Scope | undefined, isFunction: boolean): Scope => ({
    node,
    parent,
    isFunction,
    bindings: new Map(),
  });

  const declare = (name: string, kind: Binding['kind'], node: AnyNode, statement: AnyNode, scope: Scope) => {
    // A `var` of a parameter's name starts with the parameter's value: one variable for those who follow values.
    const isVarOfBody = scope.isFunction && scope.node.type === 'BlockStatement' && kind === 'variable';
    const parameter = isVarOfBody ? scope.parent?.bindings.get(name) : undefined;
    const known = scope.bindings.get(name) ?? (parameter?.kind === 'parameter' ? parameter : undefined);
    if (known) {
      known.isDeclaredAgain = true;
      return;
    }
    const binding: Binding = { name, kind, node, statement, scope, references: [], isDeclaredAgain: false };
    scope.bindings.set(name, binding);
    if (scope.node !== node) declared.set(node, binding);
  };

  const refer = (node: Identifier, scope: Scope, writes: boolean) => {
    references.push({ node, scope, writes, binding: undefined });
  };

  /** A pattern declares with `onName`, or without it assigns; either way its defaults and keys are code. */
  function walkPattern(
    pattern: AnyNode,
    parent: AnyNode,
    scope: Scope,
    onName?: (name: string) => void,
  ): void {
    parents.set(pattern, parent);
    switch (pattern.type) {
      case 'Identifier':
        if (onName) onName(pattern.name);
        else refer(pattern, scope, true);
        break;
      case 'ObjectPattern':
        for (const property of pattern.properties) walkPattern(property, pattern, scope, onName);
        break;
      case 'Property':
        if (pattern.computed) walk(pattern.key, pattern, scope);
        walkPattern(pattern.value, pattern, scope, onName);
        break;
      case 'ArrayPattern':
        for (const element of pattern.elements) if (element) walkPattern(element, pattern, scope, onName);
        break;
      case 'AssignmentPattern':
        walkPattern(pattern.left, pattern, scope, onName);
        walk(pattern.right, pattern, scope);
        break;
      case 'RestElement':
        walkPattern(pattern.argument, pattern, scope, onName);
        break;
      default:
        walk(pattern, parent, scope);
    }
  }

  function walkFunction(node: FunctionNode, outer: Scope): void {
    callables.push(node);
    const scope = enter(node, outer, true);
    if (node.type === 'FunctionExpression' && node.id) declare(node.id.name, 'function', node, node, scope);
    if (node.type !== 'ArrowFunctionExpression') declare('arguments', 'parameter', node, node, scope);
    for (const parameter of node.params) {
      walkPattern(parameter, node, scope, (name) => declare(name, 'parameter', parameter, node, scope));
    }
    if (node.body.type === 'BlockStatement') {
      parents.set(node.body, node);
      // Code among the parameters does not see what the body declares.
      const inner = node.params.every(isPlainParameter) ? scope : enter(node.body, scope, true);
      for (const statement of node.body.body) walk(statement, node.body, inner);
    } else walk(node.body, node, scope);
  }

  function walkClass(node: Class, outer: Scope): void {
    callables.push(node);
    const scope = enter(node, outer, false);
    if (node.id) declare(node.id.name, 'class', node, node, scope);
    if (node.superClass) walk(node.superClass, node, scope);
    walk(node.body, node, scope);
  }

  function walkVariables(node: AnyNode & { type: 'VariableDeclaration' }, scope: Scope): void {
    let target = scope;
    if (node.kind === 'var') while (!target.isFunction && target.parent) target = target.parent;
    for (const declarator of node.declarations) {
      parents.set(declarator, node);
      walkPattern(declarator.id, declarator, scope, (name) =>
        declare(name, 'variable', declarator, node, target),
      );
      if (declarator.init) walk(declarator.init, declarator, scope);
    }
  }

  function walkChildren(node: AnyNode, scope: Scope): void {
    for (const child of childrenOf(node)) walk(child, node, scope);
  }

  function walk(node: AnyNode, parent: AnyNode, scope: Scope): void {
    parents.set(node, parent);
    if (node.type === 'WithStatement' || isEval(node)) dynamic.push(node);
    switch (node.type) {
      case 'Identifier':
        refer(node, scope, false);
        break;
      case 'FunctionDeclaration':
        if (node.id) {
          declare(node.id.name, 'function', node, node, scope);
          if (!scope.isFunction) inBlocks.push({ name: node.id.name, scope });
        }
        walkFunction(node, scope);
        break;
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        walkFunction(node, scope);
        break;
      case 'ClassDeclaration':
        if (node.id) declare(node.id.name, 'class', node, node, scope);
        walkClass(node, scope);
        break;
      case 'ClassExpression':
        walkClass(node, scope);
        break;
      case 'VariableDeclaration':
        walkVariables(node, scope);
        break;
      case 'ImportDeclaration':
        for (const specifier of node.specifiers) {
          declare(specifier.local.name, 'import', specifier, node, scope);
        }
        break;
      case 'ExportNamedDeclaration':
        if (node.declaration) walk(node.declaration, node, scope);
        break;
      case 'ExportAllDeclaration':
      case 'BreakStatement':
      case 'ContinueStatement':
        break;
      case 'LabeledStatement':
        walk(node.body, node, scope);
        break;
      case 'MetaProperty':
        if (node.meta.name === 'import') metas.push(node);
        break;
      case 'MemberExpression':
        walk(node.object, node, scope);
        if (node.computed) walk(node.property, node, scope);
        else parents.set(node.property, node);
        break;
      case 'Property':
      case 'MethodDefinition':
      case 'PropertyDefinition':
        if (node.computed) walk(node.key, node, scope);
        else parents.set(node.key, node);
        if (node.value) walk(node.value, node, scope);
        break;
      case 'AssignmentExpression':
        walkPattern(node.left, node, scope);
        walk(node.right, node, scope);
        break;
      case 'UpdateExpression':
        walkPattern(node.argument, node, scope);
        break;
      case 'ForInStatement':
      case 'ForOfStatement': {
        const inner = enter(node, scope, false);
        if (node.left.type === 'VariableDeclaration') walk(node.left, node, inner);
        else walkPattern(node.left, node, inner);
        walk(node.right, node, inner);
        walk(node.body, node, inner);
        break;
      }
      case 'CatchClause': {
        const inner = enter(node, scope, false);
        const { param } = node;
        if (param) walkPattern(param, node, inner, (name) => declare(name, 'variable', node, node, inner));
        walk(node.body, node, inner);
        break;
      }
      case 'BlockStatement':
      case 'ForStatement':
      case 'SwitchStatement':
        walkChildren(node, enter(node, scope, false));
        break;
      case 'StaticBlock':
        walkChildren(node, enter(node, scope, true));
        break;
      default:
        walkChildren(node, scope);
    }
  }

  const top = enter(program, undefined, true);
  for (const statement of program.body) walk(statement, program, top);
  for (const reference of references) {
    reference.binding = lookUp(reference.node.name, reference.scope);
    reference.binding?.references.push(reference);
  }
  for (const { name, scope } of inBlocks) {
    // In sloppy code a function in a block gives its value to the variable of its name around the block, too.
    const outer = scope.parent && lookUp(name, scope.parent);
    if (outer) outer.isDeclaredAgain = true;
  }
  const referenceAt = new Map<AnyNode, Reference>(references.map((reference) => [reference.node, reference]));
  const isStrict = program.sourceType === 'module' || program.body.some(isUseStrict);
  return { program, references, referenceAt, callables, metas, parents, isStrict, dynamic, declared };
}

function isPlainParameter(parameter: AnyNode): boolean {
  if (parameter.type === 'RestElement') return isPlainParameter(parameter.argument);
  return parameter.type === 'Identifier';
}

function isEval(node: AnyNode): boolean {
  return node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === 'eval';
}
