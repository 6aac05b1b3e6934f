import { types } from 'node:util';
import type { AnyFunction } from '../protocol/worker-reference.ts';
import { contains, memberKey } from './ast.ts';
import { Fresh, propertyOf, UNKNOWN } from './captured-parts.ts';
import type { Call, Member } from './flow-base.ts';
import { FlowIntoNames } from './flow-into-names.ts';
import { isLiteral, madeAsContainer, nativeMethod } from './functions-in-text.ts';
import { boxed, entries, type Held, parts, unsure } from './held.ts';
import { globalCallee, type Use, useOf, useOfNew } from './native-functions.ts';
import { callbackOf, type Deed, deedByName, deedOf, resultOfCallback } from './native-methods.ts';
import { isNative } from './natives.ts';

/** Into calls: of methods of a value, and of functions that get it as an argument. */
export abstract class FlowIntoCalls extends FlowIntoNames {
  /** `holder.key(...)`: changes the holder, hands on its parts, or calls back with them. */
  protected call(call: Call, member: Member, key: string | undefined, { values, sure }: Held): void {
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
    if (deed === 'writes') this.write(call, held);
    if (deed === 'unknown') this.doubt(call);
    if (CONVERTING.has(key)) this.convert(call, parts(held));
    this.#callBack(call, key, held);
    if (deed === 'gives-itself') this.flow(call, held);
    if (deed === 'gives-part') this.flow(call, parts(held));
    if (deed === 'gives-parts') this.flow(call, boxed(parts(held), undefined));
    if (deed === 'gives-entries') this.flow(call, entries(held));
  }

  #callBack(call: Call, key: string, held: Held): void {
    const callback = callbackOf(key, call.arguments.length > 1);
    const [fn] = call.arguments;
    if (!callback || !fn) return;
    const isKeyed = held.values.some((value) => types.isMap(value) || types.isSet(value));
    for (const at of isKeyed ? [0, 1] : callback.parts) this.parameter(fn, at, parts(held));
    if (callback.whole >= 0) this.parameter(fn, callback.whole, held);
  }

  #callFresh(call: Call, key: string, holder: Fresh, sure: boolean): void {
    const held = { values: [holder], sure };
    if (holder.key === key) {
      // A function that has been put there itself.
      this.called(call, { values: holder.elements, sure });
      return;
    }
    this.#callBack(call, key, held);
    const deed = deedByName(key);
    if (deed === 'gives-part') this.flow(call, parts(held));
    else if (deed !== 'reads') this.flow(call, unsure(held));
  }

  /** A method whose name is computed. */
  #callAny(call: Call, member: Member, { values, sure }: Held): void {
    for (const holder of values) {
      const isFresh = holder instanceof Fresh;
      if (isFresh) this.flow(call, unsure({ values: [holder], sure }));
      else if (
        holder === UNKNOWN ||
        deedOf(holder, '') !== undefined ||
        Object.getPrototypeOf(holder) !== Object.prototype
      ) {
        this.doubt(call);
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
      if (key === 'then' && descriptor === undefined) this.parameter(call.arguments[0], 0, { values, sure });
      if (get || key === 'then') this.doubt(call);
      return;
    }
    if (!isNative(method)) this.invoke(method, holder, call, sure);
    else if (
      !OF_EVERY_OBJECT.has(key) &&
      !(typeof holder === 'object' && Object.hasOwn(holder as object, key))
    ) {
      this.doubt(member);
    }
  }

  /** A captured function is called: only its own properties could be written to, and that is its own affair. */
  protected called(call: Call, { values }: Held): void {
    if (values.some((value) => value === UNKNOWN || value instanceof Fresh)) this.doubt(call);
  }

  protected argument(call: Call, at: number, found: Held): void {
    if (at < 0) return;
    // Who takes callbacks calls them, and what that does is followed by itself.
    const held = takesCallbacks(call)
      ? { ...found, values: found.values.filter((value) => typeof value !== 'function' || hasFields(value)) }
      : found;
    if (held.values.length === 0) return;
    const { callee } = call;
    const use = this.#useOf(call, at, held);
    if (use !== 'unknown') {
      this.#use(use, call, held);
      return;
    }
    if (callee.type === 'MemberExpression' && this.#methodArgument(call, callee, at, held)) return;
    if (!this.parameter(callee, at, held)) this.doubt(call);
  }

  #use(use: Use, call: Call, held: Held): void {
    if (use === 'writes') this.write(call, held);
    if (use === 'reads') {
      const inside = parts(held);
      for (const some of [held, inside, parts(inside)]) this.convert(call, some);
    }
    if (GIVING.has(use)) this.iterate(call, held);
    if (use === 'gives-itself') this.flow(call, held);
    if (use === 'gives-entries') this.flow(call, entries(held));
    if (use === 'gives-map') {
      this.flow(call, boxed(parts(held), undefined));
      this.flow(call, boxed(parts(parts(held)), undefined));
    }
    if (use === 'gives-parts') {
      this.flow(call, boxed(parts(held), undefined));
      // Array.from(rows, (row) => ...)
      const [, fn] = call.arguments;
      if (fn) this.parameter(fn, 0, parts(held));
    }
  }

  #useOf(call: Call, at: number, { values }: Held): Use {
    const name = globalCallee(call.callee, this.scopes);
    if (name === undefined) return 'unknown';
    return call.type === 'NewExpression' ? useOfNew(name, values) : useOf(name, at, values);
  }

  /** An argument of `holder.key(...)`; returns whether that says what becomes of it. */
  #methodArgument(call: Call, callee: Member, at: number, held: Held): boolean {
    const key = memberKey(callee);
    if (key === 'call' || key === 'apply') return this.#applied(call, callee, at, held);
    if ((key === 'reduce' || key === 'reduceRight') && at === 1) {
      const [fn] = call.arguments;
      const isKnown = fn !== undefined && this.parameter(fn, 0, held);
      this.flow(call, unsure(held));
      return isKnown;
    }
    if (key === undefined) return false;
    if (held.values.every((value) => value instanceof RegExp && !value.sticky) && OF_STRINGS.has(key))
      return true;
    const root = this.rootOf(callee.object);
    if (!root) return key === 'concat' || COMPARING.has(key) ? isLiteral(callee.object) : false;
    const isOwn = contains(this.unit.code.node, root.scope.node);
    if (isOwn && FILLING.has(key)) {
      this.spread(root, unsure(boxed(held, undefined)));
      return true;
    }
    if (isOwn && COMPARING.has(key)) return madeAsContainer(root);
    const fn = this.valueOf(callee);
    return typeof fn === 'function' && this.bindOf(fn as AnyFunction, at, held);
  }

  /** `Array.prototype.push.call(seen, x)` is `seen.push(x)`. */
  #applied(call: Call, callee: Member, at: number, held: Held): boolean {
    const method = callee.object;
    if (at !== 0 || method.type !== 'MemberExpression') return false;
    const key = memberKey(method);
    const fn =
      this.valueOf(method) ?? (key === undefined ? undefined : nativeMethod(method, key, this.scopes));
    if (typeof fn !== 'function' || !isNative(fn as AnyFunction) || key === undefined) return false;
    for (const holder of held.values)
      this.#deed(deedOf(holder, key) ?? (OF_EVERY_OBJECT.has(key) ? 'reads' : 'unknown'), call, key, {
        ...held,
        values: [holder],
      });
    return true;
  }
}

function takesCallbacks({ callee }: Call): boolean {
  const key = callee.type === 'MemberExpression' ? memberKey(callee) : undefined;
  return resultOfCallback(key ?? (callee.type === 'Identifier' ? callee.name : '')) !== 'unknown';
}

function hasFields(fn: object): boolean {
  return Object.keys(fn).length > 0;
}

const OF_EVERY_OBJECT = new Set([
  ...['hasOwnProperty', 'isPrototypeOf', 'propertyIsEnumerable', 'toString', 'toLocaleString', 'valueOf'],
  // Of functions; what is called is followed as a function.
  ...['call', 'apply', 'bind'],
]);
const FILLING = new Set(['push', 'unshift', 'set', 'add', 'fill', 'splice', 'concat', 'with', 'toSpliced']);
const COMPARING = new Set(['has', 'get', 'delete', 'includes', 'indexOf', 'lastIndexOf']);
const CONVERTING = new Set(['join', 'toString', 'toLocaleString']);
const GIVING = new Set<Use>(['gives-parts', 'gives-map']);
const OF_STRINGS = new Set(['replace', 'replaceAll', 'match', 'matchAll', 'search', 'split']);
