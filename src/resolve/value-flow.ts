import { types } from 'node:util';
import type { AnyNode } from 'acorn';
import type { AnyFunction } from '../protocol/worker-reference.ts';
import { contains, memberKey, nodesIn, propertyKey } from './ast.ts';
import {
  depthOf,
  Fresh,
  hasOwnConversion,
  hasOwnGetter,
  hasOwnIterator,
  isSharedMemory,
  propertyOf,
  UNKNOWN,
} from './captured-parts.ts';
import type { Closure, Unit } from './closure.ts';
import {
  constructorOf,
  functionIn,
  hasThisOfOuter,
  isLiteral,
  isNamed,
  localFunction,
  madeAsContainer,
  methodIn,
  nativeMethod,
  nativeName,
} from './functions-in-text.ts';
import { boxed, elementAt, entries, type Held, parts, rootOf, unsure } from './held.ts';
import { globalCallee, type Use, useOf, useOfNew } from './native-functions.ts';
import { callbackOf, type Deed, deedByName, deedOf, resultOfCallback } from './native-methods.ts';
import { isNative } from './natives.ts';
import { type Binding, type Callable, isClass, type ScriptScopes } from './scopes.ts';
import { isTarget, type Mention } from './targets.ts';

type Call = AnyNode & { type: 'CallExpression' | 'NewExpression' };
type Member = AnyNode & { type: 'MemberExpression' };
interface Place {
  readonly unit: Unit;
  readonly node: AnyNode;
}

interface Findings {
  write(node: AnyNode, unit: Unit): void;
  /** From here on nobody knows what happens to the value. */
  doubt(node: AnyNode, unit: Unit): void;
}

/**
 * Follows one captured value through the code of everything that travels: members and elements, local names,
 * patterns, loops, containers it is put into, callbacks, parameters and results of functions, methods of instances.
 * What it does not know how to follow is a doubt: it never takes anything for harmless that it does not know.
 */
export class ValueFlow {
  readonly #closure: Closure;
  readonly #target: AnyFunction;
  readonly #findings: Findings;
  readonly #seen = new Map<object, Map<unknown, number>>();
  /** Calls by which a method has been reached. */
  readonly #callers = new Map<AnyNode, Place[]>();
  #unit!: Unit;

  constructor(closure: Closure, target: AnyFunction, findings: Findings) {
    this.#closure = closure;
    this.#target = target;
    this.#findings = findings;
  }

  follow({ node, writes }: Mention, unit: Unit, value: unknown): void {
    this.#unit = unit;
    if (writes) this.#findings.write(node, unit);
    else this.#flow(node, { values: [value], sure: true });
  }

  get #scopes(): ScriptScopes {
    return this.#unit.code.script.scopes;
  }

  #parent(node: AnyNode): AnyNode | undefined {
    return this.#scopes.parents.get(node);
  }

  /** `node` may be any of the values: what becomes of them? */
  #flow(node: AnyNode, found: Held): void {
    const parent = this.#parent(node);
    const held = this.#unseen(node, found);
    if (!held || !parent || !contains(this.#unit.code.node, parent)) return;
    switch (parent.type) {
      case 'MemberExpression':
        if (parent.object === node) this.#member(parent, held);
        else this.#convert(node, held);
        break;
      case 'AwaitExpression':
        this.#convert(node, held);
        this.#flow(parent, held);
        break;
      case 'ChainExpression':
        this.#flow(parent, held);
        break;
      case 'BinaryExpression':
        if (!/^[!=]==$|^in/.test(parent.operator)) this.#convert(node, held);
        break;
      case 'UnaryExpression':
        if (/^[-+~]$/.test(parent.operator)) this.#convert(node, held);
        break;
      case 'LogicalExpression':
        if (parent.left !== node) this.#flow(parent, unsure(held));
        else if (parent.operator !== '&&') this.#flow(parent, held);
        break;
      case 'SequenceExpression':
        if (parent.expressions.at(-1) === node) this.#flow(parent, held);
        break;
      case 'ConditionalExpression':
        if (parent.test !== node) this.#flow(parent, unsure(held));
        break;
      case 'VariableDeclarator':
        this.#bind(parent.id, parent, held);
        break;
      case 'AssignmentPattern':
        this.#bind(parent.left, this.#ownerOf(parent), unsure(held));
        break;
      case 'AssignmentExpression':
        if (parent.right !== node) break;
        this.#bind(parent.left, undefined, held);
        this.#flow(parent, held);
        break;
      case 'ForOfStatement':
        if (parent.right === node) this.#loop(parent, held);
        break;
      case 'SpreadElement':
        this.#spreadInto(parent, held);
        break;
      case 'Property':
        this.#flow(this.#parent(parent)!, boxed(held, propertyKey(parent)));
        break;
      case 'ArrayExpression': {
        const at = parent.elements.indexOf(node as never);
        const isAtKnownPlace = !parent.elements.slice(0, at).some((other) => other?.type === 'SpreadElement');
        this.#flow(parent, boxed(held, isAtKnownPlace ? String(at) : undefined));
        break;
      }
      case 'CallExpression':
      case 'NewExpression':
        if (parent.callee !== node) this.#argument(parent, parent.arguments.indexOf(node as never), held);
        else if (parent.type === 'CallExpression') this.#called(parent, held);
        break;
      case 'ArrowFunctionExpression':
      case 'ReturnStatement':
        this.#return(parent, held);
        break;
      case 'TemplateLiteral': {
        const around = this.#parent(parent);
        if (around?.type !== 'TaggedTemplateExpression') {
          this.#convert(node, held);
          break;
        }
        if (!this.#parameter(around.tag, parent.expressions.indexOf(node as never) + 1, held))
          this.#doubt(node);
        break;
      }
      case 'YieldExpression':
        this.#return(
          parent,
          parent.delegate ? boxed(this.#iterate(node, held), undefined) : boxed(held, undefined),
        );
        break;
      default:
        if (!HARMLESS.has(parent.type)) this.#doubt(node);
    }
  }

  #member(member: Member, held: Held): void {
    const key = memberKey(member);
    const parent = this.#parent(member);
    if (isTarget(member, this.#scopes.parents)) this.#write(member, held);
    else if (parent?.type === 'CallExpression' && parent.callee === member)
      this.#call(parent, member, key, held);
    else if (key === undefined) {
      if (held.values.some(hasOwnGetter)) this.#doubt(member);
      this.#flow(member, parts(held));
    } else this.#flow(member, this.#property(member, key, held));
  }

  /** What a property of the values is; a getter is a method that is called. */
  #property(member: Member, key: string, { values, sure }: Held): Held {
    let isCertain = sure;
    const found = values.flatMap((holder): readonly unknown[] => {
      if (holder === UNKNOWN) return [UNKNOWN];
      if (holder instanceof Fresh) {
        if (holder.key === undefined) isCertain = false;
        return holder.key === undefined || holder.key === key ? holder.elements : [];
      }
      if (key === 'buffer' && ArrayBuffer.isView(holder)) return [holder.buffer];
      const { descriptor } = propertyOf(holder, key) ?? {};
      if (descriptor?.get && !isNative(descriptor.get)) this.#invoke(descriptor.get, holder, member, sure);
      return [descriptor?.value];
    });
    return { values: found, sure: isCertain };
  }

  #write(node: AnyNode, { values, sure }: Held): void {
    const written = values.filter((value) => !(value instanceof Fresh));
    if (written.length === 0) return;
    // What has not been looked at is of the kind of what has.
    if (sure && written.some((value) => value !== UNKNOWN)) this.#findings.write(node, this.#unit);
    this.#doubt(node);
  }

  /** A string, a number or the like is made of the values, or they are waited for. */
  #convert(node: AnyNode, { values }: Held): void {
    if (values.some(hasOwnConversion)) this.#doubt(node);
  }

  /** Somebody goes through the values. */
  #iterate(node: AnyNode, held: Held): Held {
    if (held.values.some(hasOwnIterator)) this.#doubt(node);
    return parts(held);
  }

  #doubt(node: AnyNode): void {
    this.#findings.doubt(node, this.#unit);
  }

  /** `holder.key(...)`: changes the holder, hands on its parts, or calls back with them. */
  #call(call: Call, member: Member, key: string | undefined, { values, sure }: Held): void {
    for (const holder of values) {
      const held = { values: [holder], sure };
      if (key === undefined) this.#callAny(call, member, held);
      else if (holder instanceof Fresh) this.#callFresh(call, key, holder, sure);
      else if (holder === UNKNOWN) this.#deed(deedByName(key), call, key, held);
      else {
        const deed = deedOf(holder, key);
        if (deed !== undefined && !Object.hasOwn(Object(holder), key)) this.#deed(deed, call, key, held);
        else this.#callOwn(call, member, key, held);
      }
    }
  }

  #deed(deed: Deed, call: Call, key: string, held: Held): void {
    if (deed === 'writes') this.#write(call, held);
    if (deed === 'unknown') this.#doubt(call);
    if (CONVERTING.has(key)) this.#convert(call, parts(held));
    this.#callBack(call, key, held);
    if (deed === 'gives-itself') this.#flow(call, held);
    if (deed === 'gives-part') this.#flow(call, parts(held));
    if (deed === 'gives-parts') this.#flow(call, boxed(parts(held), undefined));
    if (deed === 'gives-entries') this.#flow(call, entries(held));
  }

  #callBack(call: Call, key: string, held: Held): void {
    const callback = callbackOf(key, call.arguments.length > 1);
    const [fn] = call.arguments;
    if (!callback || !fn) return;
    const isKeyed = held.values.some((value) => types.isMap(value) || types.isSet(value));
    for (const at of isKeyed ? [0, 1] : callback.parts) this.#parameter(fn, at, parts(held));
    if (callback.whole >= 0) this.#parameter(fn, callback.whole, held);
  }

  #callFresh(call: Call, key: string, holder: Fresh, sure: boolean): void {
    const held = { values: [holder], sure };
    if (holder.key === key) {
      // A function that has been put there itself.
      this.#called(call, { values: holder.elements, sure });
      return;
    }
    this.#callBack(call, key, held);
    const deed = deedByName(key);
    if (deed === 'gives-part') this.#flow(call, parts(held));
    else if (deed !== 'reads') this.#flow(call, unsure(held));
  }

  /** A method whose name is computed. */
  #callAny(call: Call, member: Member, { values, sure }: Held): void {
    for (const holder of values) {
      const isFresh = holder instanceof Fresh;
      if (isFresh) this.#flow(call, unsure({ values: [holder], sure }));
      else if (
        holder === UNKNOWN ||
        deedOf(holder, '') !== undefined ||
        Object.getPrototypeOf(holder) !== Object.prototype
      ) {
        this.#doubt(call);
      } else {
        for (const key of Object.keys(holder as object))
          this.#callOwn(call, member, key, { values: [holder], sure: false });
      }
    }
  }

  /** A method of an object or class of the user's. */
  #callOwn(call: Call, member: Member, key: string, { values, sure }: Held): void {
    const [holder] = values;
    const { descriptor } = propertyOf(holder, key) ?? {};
    const { value: method, get } = descriptor ?? {};
    if (typeof method !== 'function') {
      if (key === 'then' && descriptor === undefined) this.#parameter(call.arguments[0], 0, { values, sure });
      if (get || key === 'then') this.#doubt(call);
      return;
    }
    if (!isNative(method)) this.#invoke(method, holder, call, sure);
    else if (
      !OF_EVERY_OBJECT.has(key) &&
      !(typeof holder === 'object' && Object.hasOwn(holder as object, key))
    ) {
      this.#doubt(member);
    }
  }

  /** The code of `fn` runs with `self` for its `this`, and its result arrives at `at`. */
  #invoke(fn: AnyFunction, self: unknown, at: AnyNode, sure: boolean): void {
    const code = this.#codeOf(fn, self);
    if (!code) {
      this.#doubt(at);
      return;
    }
    const callers = this.#callers.get(code.node) ?? [];
    this.#callers.set(code.node, callers);
    if (!callers.some(({ node }) => node === at)) callers.push({ unit: this.#unit, node: at });
    this.#inUnit(code.unit, () => {
      for (const node of nodesIn(code.node, (inner) => inner === code.node || hasThisOfOuter(inner))) {
        if (node.type === 'ThisExpression') this.#flow(node, { values: [self], sure });
        else if (node.type === 'Super') this.#super(node, fn, self, sure);
      }
    });
  }

  /** `super.method()` runs the method of the class below with the same `this`. */
  #super(node: AnyNode, fn: AnyFunction, self: unknown, sure: boolean): void {
    const member = this.#parent(node);
    if (member?.type !== 'MemberExpression') return;
    const key = memberKey(member);
    const home = propertyOf(self, fn.name.replace(/^[gs]et /, ''))?.owner;
    const found = home && key !== undefined ? propertyOf(Object.getPrototypeOf(home), key) : undefined;
    const method: unknown = found?.descriptor.value ?? found?.descriptor.get;
    if (typeof method === 'function')
      this.#invoke(method as AnyFunction, self, this.#parent(member) ?? member, sure);
    else this.#doubt(node);
  }

  /** Where the code of a function, or of a method of a class, travels. */
  #codeOf(fn: AnyFunction, self: unknown): Place | undefined {
    const unit = this.#unitOf(fn);
    if (unit) return { unit, node: functionIn(unit.code.node, unit.code.callable) };
    for (let at: unknown = self; Object(at) === at; at = Object.getPrototypeOf(at)) {
      const isStatic = typeof at === 'function';
      const maker: unknown = isStatic ? at : Object.getOwnPropertyDescriptor(at, 'constructor')?.value;
      const owner = this.#unitOf(maker);
      const code =
        owner && isClass(owner.code.callable)
          ? methodIn(owner.code.callable, fn, at as object, isStatic)
          : undefined;
      if (owner && code) return { unit: owner, node: code };
    }
    return undefined;
  }

  #unitOf(fn: unknown): Unit | undefined {
    return this.#closure.units.find(({ target }) => target === fn);
  }

  /** A captured function is called: only its own properties could be written to, and that is its own affair. */
  #called(call: Call, { values }: Held): void {
    if (values.some((value) => value === UNKNOWN || value instanceof Fresh)) this.#doubt(call);
  }

  #argument(call: Call, at: number, found: Held): void {
    // Whoever gets a function calls it, and what that does is followed by itself.
    const held = {
      ...found,
      values: found.values.filter((value) => typeof value !== 'function' || Object.keys(value).length > 0),
    };
    if (held.values.length === 0 || at < 0) return;
    const { callee } = call;
    const use = this.#useOf(call, at, held);
    if (use !== 'unknown') {
      this.#use(use, call, held);
      return;
    }
    if (callee.type === 'MemberExpression' && this.#methodArgument(call, callee, at, held)) return;
    if (!this.#parameter(callee, at, held)) this.#doubt(call);
  }

  #use(use: Use, call: Call, held: Held): void {
    if (use === 'writes') this.#write(call, held);
    if (use === 'reads') {
      const inside = parts(held);
      for (const some of [held, inside, parts(inside)]) this.#convert(call, some);
    }
    if (GIVING.has(use)) this.#iterate(call, held);
    if (use === 'gives-itself') this.#flow(call, held);
    if (use === 'gives-entries') this.#flow(call, entries(held));
    if (use === 'gives-map') {
      this.#flow(call, boxed(parts(held), undefined));
      this.#flow(call, boxed(parts(parts(held)), undefined));
    }
    if (use === 'gives-parts') {
      this.#flow(call, boxed(parts(held), undefined));
      // Array.from(rows, (row) => ...)
      const [, fn] = call.arguments;
      if (fn) this.#parameter(fn, 0, parts(held));
    }
  }

  #useOf(call: Call, at: number, { values }: Held): Use {
    const name = globalCallee(call.callee, this.#scopes);
    if (name === undefined) return 'unknown';
    return call.type === 'NewExpression' ? useOfNew(name, values) : useOf(name, at, values);
  }

  /** An argument of `holder.key(...)`; returns whether that says what becomes of it. */
  #methodArgument(call: Call, callee: Member, at: number, held: Held): boolean {
    const key = memberKey(callee);
    if (key === 'call' || key === 'apply') return this.#applied(call, callee, at, held);
    if ((key === 'reduce' || key === 'reduceRight') && at === 1) {
      const [fn] = call.arguments;
      const isKnown = fn !== undefined && this.#parameter(fn, 0, held);
      this.#flow(call, unsure(held));
      return isKnown;
    }
    if (key === undefined) return false;
    if (held.values.every((value) => value instanceof RegExp && !value.sticky) && OF_STRINGS.has(key))
      return true;
    const root = this.#rootOf(callee.object);
    if (!root) return key === 'concat' || COMPARING.has(key) ? isLiteral(callee.object) : false;
    const isOwn = contains(this.#unit.code.node, root.scope.node);
    if (isOwn && FILLING.has(key)) {
      this.#spread(root, unsure(boxed(held, undefined)));
      return true;
    }
    if (isOwn && COMPARING.has(key)) return madeAsContainer(root);
    const fn = this.#valueOf(callee);
    return typeof fn === 'function' && this.#bindOf(fn as AnyFunction, at, held);
  }

  /** `Array.prototype.push.call(seen, x)` is `seen.push(x)`. */
  #applied(call: Call, callee: Member, at: number, held: Held): boolean {
    const method = callee.object;
    if (at !== 0 || method.type !== 'MemberExpression') return false;
    const key = memberKey(method);
    const fn =
      this.#valueOf(method) ?? (key === undefined ? undefined : nativeMethod(method, key, this.#scopes));
    if (typeof fn !== 'function' || !isNative(fn as AnyFunction) || key === undefined) return false;
    for (const holder of held.values)
      this.#deed(deedOf(holder, key) ?? (OF_EVERY_OBJECT.has(key) ? 'reads' : 'unknown'), call, key, {
        ...held,
        values: [holder],
      });
    return true;
  }

  /** What an expression of captured names is now; undefined for anything else. */
  #valueOf(node: AnyNode): unknown {
    if (node.type === 'MemberExpression') {
      const key = memberKey(node);
      const holder = this.#valueOf(node.object);
      return key === undefined || holder === undefined
        ? undefined
        : propertyOf(Object(holder), key)?.descriptor.value;
    }
    if (node.type !== 'Identifier') return undefined;
    const binding = this.#scopes.referenceAt.get(node)?.binding;
    for (const [free, value] of this.#unit.live)
      if (free.name === node.name && free.binding === binding) return value;
    return undefined;
  }

  /** The variable that a chain of members and calls starts from. */
  #rootOf(node: AnyNode): Binding | undefined {
    switch (node.type) {
      case 'Identifier':
        return this.#scopes.referenceAt.get(node)?.binding;
      case 'MemberExpression':
        return this.#rootOf(node.object);
      case 'CallExpression':
        return node.callee.type === 'MemberExpression' ? this.#rootOf(node.callee.object) : undefined;
      case 'ChainExpression':
        return this.#rootOf(node.expression);
      case 'AssignmentExpression':
      case 'LogicalExpression':
        return this.#rootOf(node.left);
      default:
        return undefined;
    }
  }

  /** Parameter `at` of a function gets the values; returns whether it is known which function that is. */
  #parameter(fn: AnyNode | undefined, at: number, held: Held): boolean {
    if (!fn || held.values.length === 0) return true;
    if (fn.type === 'ArrowFunctionExpression' || fn.type === 'FunctionExpression') {
      this.#bindParameter(fn, at, held);
      return true;
    }
    const binding = fn.type === 'Identifier' ? this.#scopes.referenceAt.get(fn)?.binding : undefined;
    const local = binding && localFunction(binding);
    if (local && contains(this.#unit.code.node, local) && !this.#isReassigned(binding)) {
      this.#bindParameter(local, at, held);
      return true;
    }
    const value = this.#valueOf(fn);
    if (typeof value === 'function') return this.#bindOf(value as AnyFunction, at, held);
    const name = globalCallee(fn, this.#scopes);
    const isHandedOn = name !== undefined && useOf(name, at) === 'reads';
    if (!isHandedOn && fn.type !== 'Identifier') this.#doubt(fn);
    return isHandedOn;
  }

  #bindOf(fn: AnyFunction, at: number, held: Held): boolean {
    const unit = this.#unitOf(fn);
    if (!unit) return isNative(fn) && useOf(nativeName(fn), at) === 'reads';
    this.#inUnit(unit, () => {
      const { callable, node } = unit.code;
      const code = isClass(callable) ? constructorOf(callable) : functionIn(node, callable);
      if (code) this.#bindParameter(code, at, held);
      else this.#doubt(node);
    });
    return true;
  }

  #bindParameter(fn: Callable, at: number, held: Held): void {
    if (isClass(fn)) return;
    const declared = fn.params.slice(0, at + 1);
    const rest = declared.find(({ type }) => type === 'RestElement');
    const parameter = rest ?? fn.params[at];
    if (parameter?.type === 'RestElement') this.#bind(parameter.argument, parameter, boxed(held, undefined));
    else if (parameter) this.#bind(parameter, parameter, held);
    const mentionsAll = this.#scopes.references.some(
      ({ node, binding }) => node.name === 'arguments' && binding?.node === fn,
    );
    if (mentionsAll) this.#doubt(fn);
  }

  /** A pattern takes values apart; `owner` is what declares its names, if it does not assign to others. */
  #bind(pattern: AnyNode, owner: AnyNode | undefined, held: Held): void {
    switch (pattern.type) {
      case 'Identifier': {
        const binding = owner
          ? this.#declaredBy(owner, pattern.name)
          : this.#scopes.referenceAt.get(pattern)?.binding;
        if (binding && contains(this.#unit.code.node, binding.scope.node)) this.#spread(binding, held);
        break;
      }
      case 'MemberExpression':
        this.#store(pattern, held);
        break;
      case 'AssignmentPattern':
        this.#bind(pattern.left, owner, held);
        break;
      case 'ArrayPattern':
        this.#iterate(pattern, held);
        pattern.elements.forEach((element, at) => {
          if (element?.type === 'RestElement')
            this.#bind(element.argument, owner, boxed(parts(held), undefined));
          else if (element) this.#bind(element, owner, elementAt(held, at));
        });
        break;
      case 'ObjectPattern':
        for (const property of pattern.properties) {
          if (property.type === 'RestElement')
            this.#bind(property.argument, owner, boxed(parts(held), undefined));
          else {
            const key = propertyKey(property);
            const value = key === undefined ? parts(held) : this.#property(property as never, key, held);
            this.#bind(property.value, owner, value);
          }
        }
        break;
      default:
        this.#doubt(pattern);
    }
  }

  /** `holder.key = value`, of a holder that is no part of the captured value: now that holds it, too. */
  #store(member: Member, held: Held): void {
    const root = this.#rootOf(member.object);
    if (!root || !contains(this.#unit.code.node, root.scope.node)) {
      this.#doubt(member);
      return;
    }
    const key = member.object.type === 'Identifier' ? memberKey(member) : undefined;
    this.#spread(root, unsure(boxed(held, key)));
  }

  #declaredBy(owner: AnyNode, name: string): Binding | undefined {
    const { references } = this.#scopes;
    return references.find(({ binding }) => binding?.node === owner && binding.name === name)?.binding;
  }

  /** The declarator, or the whole parameter, that a default value is in. */
  #ownerOf(pattern: AnyNode): AnyNode | undefined {
    let at = pattern;
    for (let parent = this.#parent(at); parent && PATTERNS.has(parent.type); parent = this.#parent(at))
      at = parent;
    const parent = this.#parent(at);
    if (parent?.type === 'VariableDeclarator') return parent;
    return parent?.type.includes('Function') ? at : undefined;
  }

  #loop({ left }: AnyNode & { type: 'ForOfStatement' }, held: Held): void {
    const each = this.#iterate(left, held);
    if (left.type !== 'VariableDeclaration') this.#bind(left, undefined, each);
    else for (const declarator of left.declarations) this.#bind(declarator.id, declarator, each);
  }

  #spreadInto(spread: AnyNode, held: Held): void {
    const whole = this.#parent(spread);
    if (whole?.type !== 'ObjectExpression') this.#iterate(spread, held);
    if (whole?.type === 'ArrayExpression' || whole?.type === 'ObjectExpression') {
      const size = whole.type === 'ArrayExpression' ? whole.elements.length : whole.properties.length;
      const box = boxed(parts(held), undefined);
      this.#flow(whole, size > 1 ? unsure(box) : box);
    } else if (whole?.type === 'CallExpression' || whole?.type === 'NewExpression') {
      this.#argument(whole, whole.arguments.indexOf(spread as never), parts(held));
    }
  }

  #spread(binding: Binding, found: Held): void {
    const held = this.#unseen(binding, this.#isReassigned(binding) ? unsure(found) : found);
    if (held) for (const { node, writes } of binding.references) if (!writes) this.#flow(node, held);
  }

  #isReassigned({ references }: Binding): boolean {
    return references.some(({ writes }) => writes);
  }

  /** A function hands its result to those who call it. */
  #return(from: AnyNode, held: Held): void {
    const fn = this.#functionAround(from);
    if (!fn) return;
    const { code, target } = this.#unit;
    if (fn === functionIn(code.node, code.callable)) {
      this.#returnFromUnit(fn, target, held);
      return;
    }
    const parent = this.#parent(fn);
    if (parent?.type === 'MethodDefinition') {
      const isResult =
        target === this.#target && isClass(code.callable) && RESULTS.has(propertyKey(parent) ?? '');
      this.#toCallers(fn, held, isResult);
    } else if (
      fn.type === 'FunctionDeclaration' ||
      parent?.type === 'VariableDeclarator' ||
      isNamed(parent)
    ) {
      const binding =
        fn.type === 'FunctionDeclaration' ? this.#scopes.declared.get(fn) : this.#bindingAround(fn);
      if (!binding) this.#doubt(from);
      else for (const { node, writes } of binding.references) if (!writes) this.#mentioned(node, held);
    } else this.#mentioned(fn, held);
  }

  #bindingAround(fn: AnyNode): Binding | undefined {
    let parent = this.#parent(fn);
    if (isNamed(parent)) parent = this.#parent(parent!);
    return parent?.type === 'VariableDeclarator' ? this.#scopes.declared.get(parent) : undefined;
  }

  #returnFromUnit(fn: AnyNode, target: AnyFunction, held: Held): void {
    this.#toCallers(fn, held, true);
    for (const unit of this.#closure.units) {
      for (const [free, value] of unit.live) {
        if (value !== target) continue;
        this.#inUnit(unit, () => {
          for (const { node } of free.references) this.#mentioned(node, held);
        });
      }
    }
    const index = this.#closure.units.findIndex((unit) => unit.target === target);
    const isHeld = this.#closure.links.some(({ to }) => to.type === 'unit' && to.index === index);
    if (isHeld && !this.#callers.has(fn)) this.#doubt(fn);
    for (const { node } of this.#unit.code.selfMentions) this.#mentioned(node, held);
  }

  #toCallers(fn: AnyNode, held: Held, isDone: boolean): void {
    const callers = this.#callers.get(fn) ?? [];
    if (callers.length === 0 && !isDone) this.#doubt(fn);
    const found = callers.length > 1 ? unsure(held) : held;
    for (const { unit, node } of callers) this.#inUnit(unit, () => this.#flow(node, found));
  }

  /** A function that gives the values is mentioned: called, or handed to somebody who calls it. */
  #mentioned(fn: AnyNode, held: Held): void {
    const parent = this.#parent(fn);
    if (!parent || !contains(this.#unit.code.node, parent)) return;
    if (parent.type === 'CallExpression' && parent.callee === fn) this.#flow(parent, held);
    else if (parent.type === 'CallExpression' || parent.type === 'NewExpression')
      this.#givenBack(parent, fn, held);
    else if (parent.type !== 'MemberExpression' && !HARMLESS.has(parent.type)) this.#doubt(fn);
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
        this.#flow(call, boxed(held, undefined));
        break;
      case 'result':
        this.#flow(call, unsure(held));
        this.#parameter(fn, 0, unsure(held));
        break;
      case 'unknown':
        this.#doubt(call);
        break;
      case 'dropped':
    }
  }

  #functionAround(node: AnyNode): Callable | undefined {
    let at: AnyNode | undefined = node;
    while (at && !at.type.includes('Function')) at = this.#parent(at);
    return at as Callable | undefined;
  }

  #inUnit(unit: Unit, act: () => void): void {
    const before = this.#unit;
    this.#unit = unit;
    try {
      act();
    } finally {
      this.#unit = before;
    }
  }

  /** What has not been here before: code goes in circles. Shared memory may be written, so it is no matter. */
  #unseen(at: object, { values, sure }: Held): Held | undefined {
    const seen = this.#seen.get(at) ?? new Map<unknown, number>();
    this.#seen.set(at, seen);
    const unseen = values.filter((value) => {
      if (Object(value) !== value || isSharedMemory(value)) return false;
      const root = rootOf(value);
      if (root === undefined || isSharedMemory(root)) return false;
      const bit = 1 << (depthOf([value]) * 2 + Number(sure));
      const bits = seen.get(root) ?? 0;
      seen.set(root, bits | bit);
      return (bits & bit) === 0;
    });
    return unseen.length > 0 ? { values: unseen, sure } : undefined;
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
const PATTERNS = new Set(['Property', 'ObjectPattern', 'ArrayPattern', 'RestElement', 'AssignmentPattern']);
const OF_EVERY_OBJECT = new Set([
  ...['hasOwnProperty', 'isPrototypeOf', 'propertyIsEnumerable', 'toString', 'toLocaleString', 'valueOf'],
  // Of functions; what is called is followed as a function.
  ...['call', 'apply', 'bind'],
]);
const CONVERTING = new Set(['join', 'toString', 'toLocaleString']);
const GIVING = new Set<Use>(['gives-parts', 'gives-map']);
const FILLING = new Set(['push', 'unshift', 'set', 'add', 'fill', 'splice', 'concat', 'with', 'toSpliced']);
const COMPARING = new Set(['has', 'get', 'delete', 'includes', 'indexOf', 'lastIndexOf']);
const OF_STRINGS = new Set(['replace', 'replaceAll', 'match', 'matchAll', 'search', 'split']);
/** Methods of a worker whose results are copied. */
const RESULTS = new Set(['paraMethod', 'exit']);
