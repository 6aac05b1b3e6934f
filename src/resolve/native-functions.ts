import { types } from 'node:util';
import type { AnyNode } from 'acorn';
import { memberKey } from './ast.ts';
import type { ScriptScopes } from './scopes.ts';

/** What a function of the language does to its argument at one position. */
export type Use =
  | 'writes'
  | 'reads'
  | 'gives-itself'
  | 'gives-parts'
  | 'gives-entries'
  | 'gives-map'
  | 'unknown';

/** The name of a function of the language as it is called: `Object.assign`, `Math.max`, `String`. */
export function globalCallee(callee: AnyNode, { referenceAt }: ScriptScopes): string | undefined {
  if (callee.type === 'ChainExpression')
    return globalCallee(callee.expression, { referenceAt } as ScriptScopes);
  if (callee.type === 'Identifier') return referenceAt.get(callee)?.binding ? undefined : callee.name;
  if (callee.type !== 'MemberExpression') return undefined;
  const holder = globalCallee(callee.object, { referenceAt } as ScriptScopes);
  const key = memberKey(callee);
  return holder === undefined || key === undefined ? undefined : `${holder}.${key}`;
}

/** What that function does to argument `at`, which may be one of the values. */
export function useOf(name: string, at: number, values: readonly unknown[] = []): Use {
  if (name === 'Buffer.from' && values.some(types.isAnyArrayBuffer)) return 'gives-itself';
  if (name === 'Reflect.set' && at === 3) return 'writes';
  if (WRITING_FIRST.test(name))
    return at === 0 ? 'writes' : at === 1 && /assign$/.test(name) ? 'unknown' : 'reads';
  if (CLOSING.test(name) && at === 0) return values.some(Object.isExtensible) ? 'writes' : 'gives-itself';
  // It may move memory away.
  if (name === 'structuredClone' && at === 1) return 'unknown';
  if (READING.test(name)) return 'reads';
  if (GIVING_ITSELF.test(name) && at === 0) return 'gives-itself';
  if (name === 'Object.entries' && at === 0) return 'gives-entries';
  if (name === 'Object.fromEntries' && at === 0) return 'gives-map';
  return GIVING_PARTS.test(name) && at === 0 ? 'gives-parts' : 'unknown';
}

/** What `new Name(argument)` does to it. */
export function useOfNew(name: string, values: readonly unknown[]): Use {
  if (name === 'Map' || name === 'WeakMap') return 'gives-map';
  if (/^(?:Set|Array|WeakSet)$/.test(name)) return 'gives-parts';
  const isMemory = values.some(types.isAnyArrayBuffer);
  if (/^(?:\w*Array|DataView)$/.test(name)) return isMemory ? 'gives-itself' : 'reads';
  return /^(?:Date|RegExp|URL|URLSearchParams|Intl\.\w+|String|Number|Boolean)$/.test(name)
    ? 'reads'
    : 'unknown';
}

const WRITING_FIRST =
  /^(?:Object\.(?:assign|defineProperty|defineProperties|setPrototypeOf)|Reflect\.(?:set|deleteProperty|defineProperty|setPrototypeOf)|Atomics\.(?:store|add|sub|and|or|xor|exchange|compareExchange))$/;
const READING =
  /^(?:(?:Math|JSON|Number|BigInt|String|console|Intl|performance|URL)\.\w+|Array\.isArray|ArrayBuffer\.isView|Buffer\.(?:isBuffer|byteLength|from|concat|compare)|Symbol\.\w+|Object\.(?:keys|is|isFrozen|isSealed|isExtensible|hasOwn|getOwnPropertyNames|getOwnPropertySymbols|getPrototypeOf)|Reflect\.(?:has|ownKeys|getPrototypeOf|isExtensible)|Atomics\.load|\w+Array\.(?:from|of)|Date\.\w+|String|Number|BigInt|Boolean|Symbol|isNaN|isFinite|parseInt|parseFloat|structuredClone|encodeURIComponent|decodeURIComponent|Date|RegExp|Error|\w+Error|queueMicrotask|setTimeout|setImmediate)$/;
const CLOSING = /^(?:Object\.(?:freeze|seal|preventExtensions)|Reflect\.preventExtensions)$/;
const GIVING_ITSELF = /^(?:Object|Promise\.resolve)$/;
const GIVING_PARTS =
  /^(?:Object\.(?:values|groupBy)|Map\.groupBy|Array\.from|Array\.of|Array|Promise\.(?:all|allSettled|any|race))$/;
