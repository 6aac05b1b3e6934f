import type { AnyNode } from 'acorn';
import type { AnyFunction } from '../protocol/worker-reference.ts';
import { contains, memberKey, nodesIn, propertyKey } from './ast.ts';
import { Fresh, propertyOf, UNKNOWN } from './captured-parts.ts';
import { FlowBase, type Member } from './flow-base.ts';
import { constructorOf, functionIn, hasThisOfOuter, localFunction, nativeName } from './functions-in-text.ts';
import { boxed, elementAt, type Held, parts, unsure } from './held.ts';
import { globalCallee, useOf } from './native-functions.ts';
import { isNative } from './natives.ts';
import { type Binding, type Callable, isClass } from './scopes.ts';
import { givenName } from './ways-out.ts';

/** Into variables: by patterns, as parameters of functions that are called, as `this` of methods. */
export abstract class FlowIntoNames extends FlowBase {
  /** What a property of the values is; a getter is a method that is called. */
  protected property(member: Member, key: string, { values, sure }: Held): Held {
    let isCertain = sure;
    const found = values.flatMap((holder): readonly unknown[] => {
      if (holder === UNKNOWN) return [UNKNOWN];
      if (holder instanceof Fresh) {
        if (holder.key === undefined) isCertain = false;
        return holder.key === undefined || holder.key === key ? holder.elements : [];
      }
      if (key === 'buffer' && ArrayBuffer.isView(holder)) return [holder.buffer];
      const { descriptor } = propertyOf(holder, key) ?? {};
      if (descriptor?.get && !isNative(descriptor.get)) this.invoke(descriptor.get, holder, member, sure);
      return [descriptor?.value];
    });
    return { values: found, sure: isCertain };
  }

  /** The code of `fn` runs with `self` for its `this`, and its result arrives at `at`. */
  protected invoke(fn: AnyFunction, self: unknown, at: AnyNode, sure: boolean): void {
    const code = this.codeOf(fn, self);
    if (!code) {
      this.doubt(at);
      return;
    }
    const callers = this.callers.get(code.node) ?? [];
    this.callers.set(code.node, callers);
    if (!callers.some(({ node }) => node === at)) callers.push({ unit: this.unit, node: at });
    this.inUnit(code.unit, () => {
      for (const node of nodesIn(code.node, (inner) => inner === code.node || hasThisOfOuter(inner))) {
        if (node.type === 'ThisExpression') this.flow(node, { values: [self], sure });
        else if (node.type === 'Super') this.#super(node, fn, self, sure);
      }
    });
  }

  /** `super.method()` runs the method of the class below with the same `this`. */
  #super(node: AnyNode, fn: AnyFunction, self: unknown, sure: boolean): void {
    const member = this.parent(node);
    if (member?.type !== 'MemberExpression') return;
    const key = memberKey(member);
    const home = propertyOf(self, givenName(fn).replace(/^[gs]et /, ''))?.owner;
    const found = home && key !== undefined ? propertyOf(Object.getPrototypeOf(home), key) : undefined;
    const method: unknown = found?.descriptor.value ?? found?.descriptor.get;
    if (typeof method === 'function')
      this.invoke(method as AnyFunction, self, this.parent(member) ?? member, sure);
    else this.doubt(node);
  }

  /** Parameter `at` of a function gets the values; returns whether it is known which function that is. */
  protected parameter(fn: AnyNode | undefined, at: number, held: Held): boolean {
    if (!fn || held.values.length === 0) return true;
    if (fn.type === 'ArrowFunctionExpression' || fn.type === 'FunctionExpression') {
      this.#bindParameter(fn, at, held);
      return true;
    }
    const binding = fn.type === 'Identifier' ? this.scopes.referenceAt.get(fn)?.binding : undefined;
    const local = binding && localFunction(binding);
    if (local && contains(this.unit.code.node, local) && !this.isReassigned(binding)) {
      this.#bindParameter(local, at, held);
      return true;
    }
    const value = this.valueOf(fn);
    if (typeof value === 'function') return this.bindOf(value as AnyFunction, at, held);
    const name = globalCallee(fn, this.scopes);
    const isHandedOn = name !== undefined && useOf(name, at) === 'reads';
    if (!isHandedOn && fn.type !== 'Identifier') this.doubt(fn);
    return isHandedOn;
  }

  protected bindOf(fn: AnyFunction, at: number, held: Held): boolean {
    const unit = this.unitOf(fn);
    if (!unit) return isNative(fn) && useOf(nativeName(fn), at) === 'reads';
    this.inUnit(unit, () => {
      const { callable, node } = unit.code;
      const code = isClass(callable) ? constructorOf(callable) : functionIn(node, callable);
      if (code) this.#bindParameter(code, at, held);
      else this.doubt(node);
    });
    return true;
  }

  #bindParameter(fn: Callable, at: number, held: Held): void {
    if (isClass(fn)) return;
    const declared = fn.params.slice(0, at + 1);
    const rest = declared.find(({ type }) => type === 'RestElement');
    const parameter = rest ?? fn.params[at];
    if (parameter?.type === 'RestElement') this.bind(parameter.argument, parameter, boxed(held, undefined));
    else if (parameter) this.bind(parameter, parameter, held);
    const mentionsAll = this.scopes.references.some(
      ({ node, binding }) => node.name === 'arguments' && binding?.node === fn,
    );
    if (mentionsAll) this.doubt(fn);
  }

  /** A pattern takes values apart; `owner` is what declares its names, if it does not assign to others. */
  protected bind(pattern: AnyNode, owner: AnyNode | undefined, held: Held): void {
    switch (pattern.type) {
      case 'Identifier': {
        const binding = owner
          ? this.#declaredBy(owner, pattern.name)
          : this.scopes.referenceAt.get(pattern)?.binding;
        if (binding && contains(this.unit.code.node, binding.scope.node)) this.spread(binding, held);
        break;
      }
      case 'MemberExpression':
        this.#store(pattern, held);
        break;
      case 'AssignmentPattern':
        this.bind(pattern.left, owner, held);
        break;
      case 'ArrayPattern':
        this.iterate(pattern, held);
        pattern.elements.forEach((element, at) => {
          if (element?.type === 'RestElement')
            this.bind(element.argument, owner, boxed(parts(held), undefined));
          else if (element) this.bind(element, owner, elementAt(held, at));
        });
        break;
      case 'ObjectPattern':
        for (const property of pattern.properties) {
          if (property.type === 'RestElement')
            this.bind(property.argument, owner, boxed(parts(held), undefined));
          else {
            const key = propertyKey(property);
            const value = key === undefined ? parts(held) : this.property(property as never, key, held);
            this.bind(property.value, owner, value);
          }
        }
        break;
      default:
        this.doubt(pattern);
    }
  }

  /** `holder.key = value`, of a holder that is no part of the captured value: now that holds it, too. */
  #store(member: Member, held: Held): void {
    const root = this.rootOf(member.object);
    if (!root || !contains(this.unit.code.node, root.scope.node)) {
      this.doubt(member);
      return;
    }
    const key = member.object.type === 'Identifier' ? memberKey(member) : undefined;
    this.spread(root, unsure(boxed(held, key)));
  }

  #declaredBy(owner: AnyNode, name: string): Binding | undefined {
    const { references } = this.scopes;
    return references.find(({ binding }) => binding?.node === owner && binding.name === name)?.binding;
  }

  /** The declarator, or the whole parameter, that a default value is in. */
  protected ownerOf(pattern: AnyNode): AnyNode | undefined {
    let at = pattern;
    for (let parent = this.parent(at); parent && PATTERNS.has(parent.type); parent = this.parent(at))
      at = parent;
    const parent = this.parent(at);
    if (parent?.type === 'VariableDeclarator') return parent;
    return parent?.type.includes('Function') ? at : undefined;
  }

  protected spread(binding: Binding, found: Held): void {
    const held = this.unseen(binding, this.isReassigned(binding) ? unsure(found) : found);
    if (held) for (const { node, writes } of binding.references) if (!writes) this.flow(node, held);
  }
}

const PATTERNS = new Set(['Property', 'ObjectPattern', 'ArrayPattern', 'RestElement', 'AssignmentPattern']);
