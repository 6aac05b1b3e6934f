import type { AnyNode } from 'acorn';
import type { AnyFunction } from '../protocol/worker-reference.ts';
import { memberKey } from './ast.ts';
import {
  depthOf,
  Fresh,
  hasOwnConversion,
  hasOwnIterator,
  isSharedMemory,
  propertyOf,
  UNKNOWN,
} from './captured-parts.ts';
import type { Closure, Unit } from './closure.ts';
import { functionIn, methodIn } from './functions-in-text.ts';
import { type Held, parts, rootOf } from './held.ts';
import { type Binding, type Callable, isClass, type ScriptScopes } from './scopes.ts';
import type { Mention } from './targets.ts';

export type Call = AnyNode & { type: 'CallExpression' | 'NewExpression' };
export type Member = AnyNode & { type: 'MemberExpression' };
interface Place {
  readonly unit: Unit;
  readonly node: AnyNode;
}

interface Findings {
  /** The variable itself gets another value. */
  assign(node: AnyNode, unit: Unit): void;
  write(node: AnyNode, unit: Unit): void;
  /** From here on nobody knows what happens to the value. */
  doubt(node: AnyNode, unit: Unit): void;
}

/** What following values stands on: where it is, what it has found, and what the code around says for certain. */
export abstract class FlowBase {
  protected readonly closure: Closure;
  protected readonly target: AnyFunction;
  readonly #findings: Findings;
  readonly #seen = new Map<object, Map<unknown, number>>();
  /** Calls by which a method has been reached. */
  protected readonly callers: Map<AnyNode, Place[]> = new Map();
  protected unit!: Unit;

  constructor(closure: Closure, target: AnyFunction, findings: Findings) {
    this.closure = closure;
    this.target = target;
    this.#findings = findings;
  }

  follow({ node, writes }: Mention, unit: Unit, value: unknown): void {
    this.unit = unit;
    if (writes) this.#findings.assign(node, unit);
    else this.flow(node, { values: [value], sure: true });
  }

  /** `node` may be any of the values: what becomes of them? */
  protected abstract flow(node: AnyNode, found: Held): void;

  protected get scopes(): ScriptScopes {
    return this.unit.code.script.scopes;
  }

  protected parent(node: AnyNode): AnyNode | undefined {
    return this.scopes.parents.get(node);
  }

  protected inUnit(unit: Unit, act: () => void): void {
    const before = this.unit;
    this.unit = unit;
    try {
      act();
    } finally {
      this.unit = before;
    }
  }

  protected unitOf(fn: unknown): Unit | undefined {
    return this.closure.units.find(({ target }) => target === fn);
  }

  /** Where the code of a function, or of a method of a class, travels. */
  protected codeOf(fn: AnyFunction, self: unknown): Place | undefined {
    const unit = this.unitOf(fn);
    if (unit) return { unit, node: functionIn(unit.code.node, unit.code.callable) };
    for (let at: unknown = self; Object(at) === at; at = Object.getPrototypeOf(at)) {
      const isStatic = typeof at === 'function';
      const maker: unknown = isStatic ? at : Object.getOwnPropertyDescriptor(at, 'constructor')?.value;
      const owner = this.unitOf(maker);
      const code =
        owner && isClass(owner.code.callable)
          ? methodIn(owner.code.callable, fn, at as object, isStatic)
          : undefined;
      if (owner && code) return { unit: owner, node: code };
    }
    return undefined;
  }

  /** What an expression of captured names is now; undefined for anything else. */
  protected valueOf(node: AnyNode): unknown {
    if (node.type === 'MemberExpression') {
      const key = memberKey(node);
      const holder = this.valueOf(node.object);
      return key === undefined || holder === undefined
        ? undefined
        : propertyOf(Object(holder), key)?.descriptor.value;
    }
    if (node.type !== 'Identifier') return undefined;
    const binding = this.scopes.referenceAt.get(node)?.binding;
    for (const [free, value] of this.unit.live)
      if (free.name === node.name && free.binding === binding) return value;
    return undefined;
  }

  /** The variable that a chain of members and calls starts from. */
  protected rootOf(node: AnyNode): Binding | undefined {
    switch (node.type) {
      case 'Identifier':
        return this.scopes.referenceAt.get(node)?.binding;
      case 'MemberExpression':
        return this.rootOf(node.object);
      case 'CallExpression':
        return node.callee.type === 'MemberExpression' ? this.rootOf(node.callee.object) : undefined;
      case 'ChainExpression':
        return this.rootOf(node.expression);
      case 'AssignmentExpression':
      case 'LogicalExpression':
        return this.rootOf(node.left);
      default:
        return undefined;
    }
  }

  protected isReassigned({ references }: Binding): boolean {
    return references.some(({ writes }) => writes);
  }

  protected functionAround(node: AnyNode): Callable | undefined {
    let at: AnyNode | undefined = node;
    while (at && !at.type.includes('Function')) at = this.parent(at);
    return at as Callable | undefined;
  }

  protected write(node: AnyNode, { values, sure }: Held): void {
    const written = values.filter((value) => !(value instanceof Fresh));
    if (written.length === 0) return;
    // What has not been looked at is of the kind of what has.
    if (sure && written.some((value) => value !== UNKNOWN)) this.#findings.write(node, this.unit);
    else this.doubt(node);
  }

  protected doubt(node: AnyNode): void {
    this.#findings.doubt(node, this.unit);
  }

  /** A string, a number or the like is made of the values, or they are waited for. */
  protected convert(node: AnyNode, { values }: Held): void {
    if (values.some(hasOwnConversion)) this.doubt(node);
  }

  /** Somebody goes through the values. */
  protected iterate(node: AnyNode, held: Held): Held {
    if (held.values.some(hasOwnIterator)) this.doubt(node);
    return parts(held);
  }

  /** What has not been here before: code goes in circles. Shared memory may be written, so it is no matter. */
  protected unseen(at: object, { values, sure }: Held): Held | undefined {
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
