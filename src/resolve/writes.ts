import type { AnyNode } from 'acorn';
import type { AnyFunction } from '../protocol/worker-reference.ts';
import { contains, memberKey, nodesIn } from './ast.ts';
import type { Closure, Unit } from './closure.ts';
import { elementsOf, Fresh, isSharedMemory, mutates, propertiesOf } from './mutation.ts';
import { placeInFile } from './parsed-script.ts';
import { type Binding, type Callable, isClass, type Reference, type ScriptScopes } from './scopes.ts';
import { notPortable } from './ways-out.ts';

/**
 * Refuses functions that write to what they have captured: each thread has a copy of its own, so neither the
 * program nor the other threads would see it. Follows captured values through local variables, callbacks and the
 * functions that travel along. What a library does to its arguments is not followed. Shared memory may be written.
 *
 * @throws JobRunnerError `WORKER_NOT_PORTABLE` naming the variable, and the line that writes to it.
 */
export function refuseWrites(target: AnyFunction, { units }: Closure): void {
  for (const unit of units) {
    for (const [free, value] of unit.live) {
      const search = new Search(target, units, free.name, free.binding);
      for (const reference of free.references) search.follow(reference, unit, [value]);
    }
    const search = new Search(target, units, unit.target.name || 'the function', undefined);
    for (const reference of ownMentions(unit)) search.follow(reference, unit, [unit.target]);
  }
}

/** Where a function or class speaks of itself by its own name, but for what makes the class. */
function ownMentions({ code: { callable, selfMentions } }: Unit): readonly Reference[] {
  if (!isClass(callable)) return selfMentions;
  const making = callable.body.body.filter(({ type }) => type === 'StaticBlock');
  return selfMentions.filter(({ node }) => !making.some((part) => contains(part, node)));
}

/** Follows the values of one captured variable through the code. */
class Search {
  readonly #target: AnyFunction;
  readonly #units: readonly Unit[];
  readonly #name: string;
  readonly #binding: Binding | undefined;
  readonly #seen = new Map<Binding, Set<unknown>>();
  #unit!: Unit;

  constructor(target: AnyFunction, units: readonly Unit[], name: string, binding: Binding | undefined) {
    this.#target = target;
    this.#units = units;
    this.#name = name;
    this.#binding = binding;
  }

  follow({ node, writes }: Reference, unit: Unit, values: readonly unknown[]): void {
    this.#unit = unit;
    if (writes) throw this.#refusal(node);
    this.#flow(node, values);
  }

  get #scopes(): ScriptScopes {
    return this.#unit.code.script.scopes;
  }

  /** `node` may be any of `values`: what becomes of them? */
  #flow(node: AnyNode, values: readonly unknown[]): void {
    const objects = values.filter((value) => Object(value) === value);
    const parent = this.#scopes.parents.get(node);
    if (objects.length === 0 || !parent || !contains(this.#unit.code.node, parent)) return;
    switch (parent.type) {
      case 'MemberExpression':
        if (parent.object === node) this.#member(parent, objects);
        break;
      case 'ChainExpression':
      case 'AwaitExpression':
      case 'LogicalExpression':
      case 'SequenceExpression':
        this.#flow(parent, objects);
        break;
      case 'ConditionalExpression':
        if (parent.test !== node) this.#flow(parent, objects);
        break;
      case 'VariableDeclarator':
        if (parent.init === node) this.#bind(parent.id, parent, objects);
        break;
      case 'AssignmentExpression':
        if (parent.right === node) {
          if (parent.left.type === 'Identifier') this.#rename(parent.left, objects);
          this.#flow(parent, objects);
        }
        break;
      case 'ForOfStatement':
        if (parent.right === node && parent.left.type === 'VariableDeclaration') {
          const [declarator] = parent.left.declarations;
          if (declarator) this.#bind(declarator.id, declarator, elementsOf(objects));
        }
        break;
      case 'SpreadElement': {
        const whole = this.#scopes.parents.get(parent);
        if (whole?.type === 'ArrayExpression' || whole?.type === 'ObjectExpression') {
          this.#flow(whole, [new Fresh(elementsOf(objects))]);
        }
        break;
      }
      case 'CallExpression':
      case 'NewExpression':
        this.#argument(parent, node, objects);
        break;
      default:
    }
  }

  #member(member: AnyNode & { type: 'MemberExpression' }, holders: readonly unknown[]): void {
    const key = memberKey(member);
    const parent = this.#scopes.parents.get(member);
    if (parent && this.#isTarget(member, parent)) {
      if (holders.some((holder) => !(holder instanceof Fresh) && !isSharedMemory(holder))) {
        throw this.#refusal(member);
      }
    } else if (parent?.type === 'CallExpression' && parent.callee === member) {
      this.#call(parent, key, holders);
    } else this.#flow(member, key === undefined ? elementsOf(holders) : propertiesOf(holders, key));
  }

  #isTarget(node: AnyNode, parent: AnyNode): boolean {
    switch (parent.type) {
      case 'AssignmentExpression':
      case 'AssignmentPattern':
      case 'ForInStatement':
      case 'ForOfStatement':
        return parent.left === node;
      case 'UpdateExpression':
      case 'ArrayPattern':
      case 'RestElement':
        return true;
      case 'UnaryExpression':
        return parent.operator === 'delete';
      case 'ChainExpression':
        return (
          this.#scopes.parents.get(parent)?.type === 'UnaryExpression' &&
          this.#isTarget(parent, this.#scopes.parents.get(parent)!)
        );
      case 'Property':
        return parent.value === node && this.#scopes.parents.get(parent)?.type === 'ObjectPattern';
      default:
        return false;
    }
  }

  /** `holder.key(...)`: changes the holder, hands on its elements, or calls back with them. */
  #call(
    call: AnyNode & { type: 'CallExpression' },
    key: string | undefined,
    holders: readonly unknown[],
  ): void {
    if (key === undefined) return;
    if (holders.some((holder) => mutates(holder, key, (fn) => this.#callableOf(fn)))) {
      throw this.#refusal(call);
    }
    const elements = elementsOf(holders);
    const positions = CALLING_BACK[key];
    const [callback] = call.arguments;
    if (positions && callback) for (const at of positions) this.#parameter(callback, at, elements);
    if (GIVING_ONE.includes(key)) this.#flow(call, elements);
    else if (GIVING_MANY.includes(key)) this.#flow(call, [new Fresh(elements)]);
    else if (key === 'subarray') this.#flow(call, holders);
  }

  #argument(
    call: AnyNode & { type: 'CallExpression' | 'NewExpression' },
    node: AnyNode,
    values: readonly unknown[],
  ): void {
    const at = call.arguments.indexOf(node as (typeof call.arguments)[number]);
    const { callee } = call;
    if (at < 0) return;
    if (call.type === 'NewExpression') {
      if (callee.type === 'Identifier' && ['Map', 'Set', 'Array'].includes(callee.name)) {
        this.#flow(call, [new Fresh(elementsOf(values))]);
      }
      return;
    }
    if (callee.type === 'MemberExpression' && callee.object.type === 'Identifier') {
      const name = `${callee.object.name}.${memberKey(callee)}`;
      const isWritten = values.some((value) => !(value instanceof Fresh) && !isSharedMemory(value));
      if (at === 0 && isWritten && WRITING_FIRST.test(name)) throw this.#refusal(call);
      if (at === 0 && LISTING.includes(name)) this.#flow(call, [new Fresh(elementsOf(values))]);
      return;
    }
    this.#parameter(callee, at, values);
  }

  /** Parameter `at` of a function gets `values`. */
  #parameter(fn: AnyNode, at: number, values: readonly unknown[]): void {
    if (isFunction(fn)) {
      this.#bindParameter(fn, at, values);
      return;
    }
    if (fn.type !== 'Identifier') return;
    const binding = this.#scopes.referenceAt.get(fn)?.binding;
    const local = binding && localFunction(binding);
    if (local && contains(this.#unit.code.node, local)) {
      this.#bindParameter(local, at, values);
      return;
    }
    for (const [free, value] of this.#unit.live) {
      if (free.binding !== binding || free.name !== fn.name) continue;
      const called = this.#units.find(({ target }) => target === value);
      if (!called || isClass(called.code.callable)) return;
      const caller = this.#unit;
      this.#unit = called;
      this.#bindParameter(called.code.callable, at, values);
      this.#unit = caller;
    }
  }

  #bindParameter(fn: Callable, at: number, values: readonly unknown[]): void {
    if (isClass(fn)) return;
    const parameter = fn.params[at];
    if (parameter && parameter.type !== 'RestElement') this.#bind(parameter, parameter, values);
  }

  /** A pattern takes `values` apart; `owner` is what declares its names. */
  #bind(pattern: AnyNode, owner: AnyNode, values: readonly unknown[]): void {
    switch (pattern.type) {
      case 'Identifier': {
        const { references } = this.#scopes;
        const found = references.find(
          ({ binding }) => binding?.node === owner && binding.name === pattern.name,
        );
        if (found?.binding) this.#spread(found.binding, values);
        break;
      }
      case 'AssignmentPattern':
        this.#bind(pattern.left, owner, values);
        break;
      case 'ArrayPattern':
        for (const element of pattern.elements) if (element) this.#bind(element, owner, elementsOf(values));
        break;
      case 'RestElement':
        this.#bind(pattern.argument, owner, [new Fresh(elementsOf(values))]);
        break;
      case 'ObjectPattern':
        for (const property of pattern.properties) {
          if (property.type === 'RestElement') this.#bind(property, owner, values);
          else {
            const { key, computed, value } = property;
            const name = !computed && key.type === 'Identifier' ? key.name : undefined;
            this.#bind(value, owner, name === undefined ? elementsOf(values) : propertiesOf(values, name));
          }
        }
        break;
      default:
    }
  }

  #rename(identifier: AnyNode, values: readonly unknown[]): void {
    const binding = this.#scopes.referenceAt.get(identifier)?.binding;
    if (binding && contains(this.#unit.code.node, binding.node)) this.#spread(binding, values);
  }

  #spread(binding: Binding, values: readonly unknown[]): void {
    const seen = this.#seen.get(binding) ?? new Set();
    this.#seen.set(binding, seen);
    const unseen = values.filter((value) => Object(value) === value && !seen.has(identityOf(value)));
    if (unseen.length === 0) return;
    for (const value of unseen) seen.add(identityOf(value));
    for (const { node, writes } of binding.references) if (!writes) this.#flow(node, unseen);
  }

  #callableOf(fn: unknown): AnyNode | undefined {
    return this.#units.find(({ target }) => target === fn)?.code.callable;
  }

  #refusal(node: AnyNode): Error {
    const { script } = this.#unit.code;
    const declared = this.#binding ? `declared at ${placeInFile(script, this.#binding.node.start)}, ` : '';
    const written = `written to at ${placeInFile(script, node.start)}`;
    return notPortable(
      this.#target,
      `it writes to \`${this.#name}\` (${declared}${written}), of which each thread has a copy of its own`,
      'Return what is new from the job, and put it together where the results arrive; what a job only works with, it can make itself',
    );
  }
}

function isFunction(node: AnyNode): node is Callable {
  return node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression';
}

function localFunction({ node }: Binding): Callable | undefined {
  if (node.type === 'FunctionDeclaration') return node;
  if (node.type !== 'VariableDeclarator' || !node.init) return undefined;
  for (const inner of nodesIn(node.init, ({ type }) => type === 'CallExpression'))
    if (isFunction(inner)) return inner;
  return undefined;
}

function identityOf(value: unknown): unknown {
  return value instanceof Fresh ? (value.elements[0] ?? value) : value;
}

/** Which parameters of a callback get elements. */
const CALLING_BACK: Readonly<Record<string, readonly number[]>> = {
  forEach: [0],
  map: [0],
  filter: [0],
  some: [0],
  every: [0],
  find: [0],
  findIndex: [0],
  findLast: [0],
  findLastIndex: [0],
  flatMap: [0],
  reduce: [0, 1],
  reduceRight: [0, 1],
  toSorted: [0, 1],
};
const GIVING_ONE = ['at', 'get', 'find', 'findLast'];
const GIVING_MANY = [
  'slice',
  'filter',
  'concat',
  'flat',
  'toSorted',
  'toReversed',
  'values',
  'entries',
  'with',
];
const LISTING = ['Object.values', 'Object.entries', 'Array.from'];
const WRITING_FIRST =
  /^(?:Object\.(?:assign|defineProperty|defineProperties|setPrototypeOf)|Reflect\.(?:set|deleteProperty|defineProperty|setPrototypeOf)|Atomics\.(?:store|add|sub|and|or|xor|exchange|compareExchange))$/;
