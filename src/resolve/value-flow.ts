import type { AnyNode } from 'acorn';
import type { AnyFunction } from '../protocol/worker-reference.ts';
import { contains, memberKey, propertyKey } from './ast.ts';
import { hasOwnGetter } from './captured-parts.ts';
import type { Call, Member } from './flow-base.ts';
import { FlowIntoCalls } from './flow-into-calls.ts';
import { functionIn, isNamed } from './functions-in-text.ts';
import { boxed, type Held, parts, unsure } from './held.ts';
import { resultOfCallback } from './native-methods.ts';
import { type Binding, isClass } from './scopes.ts';
import { isTarget } from './targets.ts';

/**
 * Follows one captured value through the code of everything that travels: members and elements, local names,
 * patterns, loops, containers it is put into, callbacks, parameters and results of functions, methods of instances.
 * What it does not know how to follow is a doubt: it never takes anything for harmless that it does not know.
 */
export class ValueFlow extends FlowIntoCalls {
  protected flow(node: AnyNode, found: Held): void {
    const parent = this.parent(node);
    const held = this.unseen(node, found);
    if (!held || !parent || !contains(this.unit.code.node, parent)) return;
    switch (parent.type) {
      case 'MemberExpression':
        if (parent.object === node) this.#member(parent, held);
        else this.convert(node, held);
        break;
      case 'AwaitExpression':
        this.convert(node, held);
        this.flow(parent, held);
        break;
      case 'ChainExpression':
        this.flow(parent, held);
        break;
      case 'BinaryExpression':
        if (!/^[!=]==$|^in/.test(parent.operator)) this.convert(node, held);
        break;
      case 'UnaryExpression':
        if (/^[-+~]$/.test(parent.operator)) this.convert(node, held);
        break;
      case 'LogicalExpression':
        if (parent.left !== node) this.flow(parent, unsure(held));
        else if (parent.operator !== '&&') this.flow(parent, held);
        break;
      case 'SequenceExpression':
        if (parent.expressions.at(-1) === node) this.flow(parent, held);
        break;
      case 'ConditionalExpression':
        if (parent.test !== node) this.flow(parent, unsure(held));
        break;
      case 'VariableDeclarator':
        this.bind(parent.id, parent, held);
        break;
      case 'AssignmentPattern':
        this.bind(parent.left, this.ownerOf(parent), unsure(held));
        break;
      case 'AssignmentExpression':
        if (parent.right !== node) break;
        this.bind(parent.left, undefined, held);
        this.flow(parent, held);
        break;
      case 'ForOfStatement':
        if (parent.right === node) this.#loop(parent, held);
        break;
      case 'SpreadElement':
        this.#spreadInto(parent, held);
        break;
      case 'Property':
        this.flow(this.parent(parent)!, boxed(held, propertyKey(parent)));
        break;
      case 'ArrayExpression': {
        const at = parent.elements.indexOf(node as never);
        const isAtKnownPlace = !parent.elements.slice(0, at).some((other) => other?.type === 'SpreadElement');
        this.flow(parent, boxed(held, isAtKnownPlace ? String(at) : undefined));
        break;
      }
      case 'CallExpression':
      case 'NewExpression':
        if (parent.callee !== node) this.argument(parent, parent.arguments.indexOf(node as never), held);
        else if (parent.type === 'CallExpression') this.called(parent, held);
        break;
      case 'ArrowFunctionExpression':
      case 'ReturnStatement':
        this.#return(parent, held);
        break;
      case 'TemplateLiteral': {
        const around = this.parent(parent);
        if (around?.type !== 'TaggedTemplateExpression') {
          this.convert(node, held);
          break;
        }
        if (!this.parameter(around.tag, parent.expressions.indexOf(node as never) + 1, held))
          this.doubt(node);
        break;
      }
      case 'YieldExpression':
        this.#return(
          parent,
          parent.delegate ? boxed(this.iterate(node, held), undefined) : boxed(held, undefined),
        );
        break;
      default:
        if (!HARMLESS.has(parent.type)) this.doubt(node);
    }
  }

  #member(member: Member, held: Held): void {
    const key = memberKey(member);
    const parent = this.parent(member);
    if (isTarget(member, this.scopes.parents)) this.write(member, held);
    else if (parent?.type === 'CallExpression' && parent.callee === member)
      this.call(parent, member, key, held);
    else if (key === undefined) {
      if (held.values.some(hasOwnGetter)) this.doubt(member);
      this.flow(member, parts(held));
    } else this.flow(member, this.property(member, key, held));
  }

  #loop({ left }: AnyNode & { type: 'ForOfStatement' }, held: Held): void {
    const each = this.iterate(left, held);
    if (left.type !== 'VariableDeclaration') this.bind(left, undefined, each);
    else for (const declarator of left.declarations) this.bind(declarator.id, declarator, each);
  }

  #spreadInto(spread: AnyNode, held: Held): void {
    const whole = this.parent(spread);
    if (whole?.type !== 'ObjectExpression') this.iterate(spread, held);
    if (whole?.type === 'ArrayExpression' || whole?.type === 'ObjectExpression') {
      const size = whole.type === 'ArrayExpression' ? whole.elements.length : whole.properties.length;
      const box = boxed(parts(held), undefined);
      this.flow(whole, size > 1 ? unsure(box) : box);
    } else if (whole?.type === 'CallExpression' || whole?.type === 'NewExpression') {
      this.argument(whole, whole.arguments.indexOf(spread as never), parts(held));
    }
  }

  /** A function hands its result to those who call it. */
  #return(from: AnyNode, held: Held): void {
    const fn = this.functionAround(from);
    if (!fn) return;
    const { code, target } = this.unit;
    if (fn === functionIn(code.node, code.callable)) {
      this.#returnFromUnit(fn, target, held);
      return;
    }
    const parent = this.parent(fn);
    if (parent?.type === 'MethodDefinition') {
      const isResult =
        target === this.target && isClass(code.callable) && RESULTS.has(propertyKey(parent) ?? '');
      this.#toCallers(fn, held, isResult);
    } else if (
      fn.type === 'FunctionDeclaration' ||
      parent?.type === 'VariableDeclarator' ||
      isNamed(parent)
    ) {
      const binding =
        fn.type === 'FunctionDeclaration' ? this.scopes.declared.get(fn) : this.#bindingAround(fn);
      if (!binding) this.doubt(from);
      else for (const { node, writes } of binding.references) if (!writes) this.#mentioned(node, held);
    } else this.#mentioned(fn, held);
  }

  #bindingAround(fn: AnyNode): Binding | undefined {
    let parent = this.parent(fn);
    if (isNamed(parent)) parent = this.parent(parent!);
    return parent?.type === 'VariableDeclarator' ? this.scopes.declared.get(parent) : undefined;
  }

  #returnFromUnit(fn: AnyNode, target: AnyFunction, held: Held): void {
    this.#toCallers(fn, held, true);
    for (const unit of this.closure.units) {
      for (const [free, value] of unit.live) {
        if (value !== target) continue;
        this.inUnit(unit, () => {
          for (const { node } of free.references) this.#mentioned(node, held);
        });
      }
    }
    const index = this.closure.units.findIndex((unit) => unit.target === target);
    const isHeld = this.closure.links.some(({ to }) => to.type === 'unit' && to.index === index);
    if (isHeld && !this.callers.has(fn)) this.doubt(fn);
    for (const { node } of this.unit.code.selfMentions) this.#mentioned(node, held);
  }

  #toCallers(fn: AnyNode, held: Held, isDone: boolean): void {
    const callers = this.callers.get(fn) ?? [];
    if (callers.length === 0 && !isDone) this.doubt(fn);
    const found = callers.length > 1 ? unsure(held) : held;
    for (const { unit, node } of callers) this.inUnit(unit, () => this.flow(node, found));
  }

  /** A function that gives the values is mentioned: called, or handed to somebody who calls it. */
  #mentioned(fn: AnyNode, held: Held): void {
    const parent = this.parent(fn);
    if (!parent || !contains(this.unit.code.node, parent)) return;
    if (parent.type === 'CallExpression' && parent.callee === fn) this.flow(parent, held);
    else if (parent.type === 'CallExpression' || parent.type === 'NewExpression')
      this.#givenBack(parent, fn, held);
    else if (parent.type !== 'MemberExpression' && !HARMLESS.has(parent.type)) this.doubt(fn);
  }

  /** A callback returns the values. */
  #givenBack(call: Call, fn: AnyNode, held: Held): void {
    if (isNamed(call)) {
      this.#mentioned(call, held);
      return;
    }
    const key = call.callee.type === 'MemberExpression' ? memberKey(call.callee) : undefined;
    const name = key ?? (call.callee.type === 'Identifier' ? call.callee.name : '');
    switch (resultOfCallback(name)) {
      case 'parts':
        this.flow(call, boxed(held, undefined));
        break;
      case 'result':
        this.flow(call, unsure(held));
        this.parameter(fn, 0, unsure(held));
        break;
      case 'unknown':
        this.doubt(call);
        break;
      case 'dropped':
    }
  }
}

/** Where a value may stand and nothing happens to it: it is looked at, compared, or dropped. */
const HARMLESS = new Set([
  ...['ExpressionStatement', 'TaggedTemplateExpression', 'UpdateExpression'],
  ...['IfStatement', 'WhileStatement', 'DoWhileStatement', 'ForStatement', 'SwitchStatement', 'SwitchCase'],
  ...[
    'ForInStatement',
    'ClassDeclaration',
    'ClassExpression',
    'ImportExpression',
    'ExportDefaultDeclaration',
  ],
  ...['LogicalExpression', 'ConditionalExpression', 'FunctionDeclaration', 'FunctionExpression'],
]);
/** Methods of a worker whose results are copied. */
const RESULTS = new Set(['paraMethod', 'exit']);
