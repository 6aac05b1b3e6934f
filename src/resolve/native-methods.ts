import { types } from 'node:util';

/** What calling a method of the language does to the container that it is called on. */
export type Deed =
  | 'writes'
  /** Whatever comes of it is new, or no part of the container. */
  | 'reads'
  /** Hands out one of its parts, or itself as seen through another view, or a new container of its parts. */
  | 'gives-part'
  | 'gives-itself'
  | 'gives-parts'
  | 'gives-entries'
  | 'unknown';

/** What `holder.key()` does, for what the language has itself; undefined for objects and functions of the user's. */
export function deedOf(holder: unknown, key: string): Deed | undefined {
  if (Array.isArray(holder)) return ofArray(key);
  if (types.isMap(holder) || types.isSet(holder)) return ofCollection(key);
  if (types.isDate(holder)) return key.startsWith('set') ? 'writes' : 'reads';
  if (types.isRegExp(holder)) return ofPattern(holder, key);
  if (types.isDataView(holder)) return key.startsWith('set') ? 'writes' : 'reads';
  if (ArrayBuffer.isView(holder)) return ofView(key);
  // Memory is followed where views are made of it, so these may be their methods.
  if (types.isAnyArrayBuffer(holder)) return /^(?:resize|grow|transfer)/.test(key) ? 'writes' : ofView(key);
  if (types.isBoxedPrimitive(holder)) return 'reads';
  return undefined;
}

/** What a method of that name does to a container, of whichever kind. */
export function deedByName(key: string): Deed {
  const deeds = [ofArray(key), ofCollection(key)].filter((deed) => deed !== 'unknown');
  return deeds.includes('writes') ? 'unknown' : (deeds[0] ?? 'unknown');
}

function ofArray(key: string): Deed {
  if (WRITING_ARRAYS.has(key)) return 'writes';
  if (READING_ARRAYS.has(key)) return 'reads';
  if (GIVING_PART.has(key)) return 'gives-part';
  if (key === 'entries') return 'gives-entries';
  return GIVING_PARTS.has(key) ? 'gives-parts' : 'unknown';
}

function ofCollection(key: string): Deed {
  if (WRITING_COLLECTIONS.has(key)) return 'writes';
  if (READING_COLLECTIONS.has(key)) return 'reads';
  if (key === 'get') return 'gives-part';
  if (key === 'entries') return 'gives-entries';
  return GIVING_PARTS_OF_COLLECTIONS.has(key) ? 'gives-parts' : 'unknown';
}

function ofPattern(pattern: RegExp, key: string): Deed {
  if (key === 'compile') return 'writes';
  return (pattern.global || pattern.sticky) && (key === 'exec' || key === 'test') ? 'writes' : 'reads';
}

function ofView(key: string): Deed {
  if (/^(?:set\w*|fill|sort|reverse|copyWithin|write\w*|swap\d+)$/.test(key)) return 'writes';
  if (key === 'subarray') return 'gives-itself';
  // A Buffer's slice is the same memory.
  return key === 'slice' || key === 'copy' ? 'unknown' : 'reads';
}

/** Which parameters of a callback get parts of the container, and which one the container itself. */
export function callbackOf(
  key: string,
  hasStart: boolean,
): { parts: readonly number[]; whole: number } | undefined {
  if (ITERATING.has(key)) return { parts: [0], whole: 2 };
  if (key === 'reduce' || key === 'reduceRight') return { parts: hasStart ? [1] : [0, 1], whole: 3 };
  return key === 'sort' || key === 'toSorted' ? { parts: [0, 1], whole: -1 } : undefined;
}

/** What becomes of what a callback returns: new parts, the result itself, or nothing that matters. */
export function resultOfCallback(key: string): 'parts' | 'result' | 'dropped' | 'unknown' {
  if (key === 'map' || key === 'flatMap' || key === 'from') return 'parts';
  if (key === 'reduce' || key === 'reduceRight' || key === 'then' || key === 'catch') return 'result';
  return ITERATING.has(key) || DROPPING.has(key) ? 'dropped' : 'unknown';
}

const WRITING_ARRAYS = new Set([
  'push',
  'pop',
  'shift',
  'unshift',
  'splice',
  'sort',
  'reverse',
  'fill',
  'copyWithin',
]);
const ITERATING = new Set([
  'forEach',
  'map',
  'filter',
  'some',
  'every',
  'find',
  'findIndex',
  'findLast',
  'findLastIndex',
  'flatMap',
]);
const READING_ARRAYS = new Set([
  ...['forEach', 'map', 'flatMap', 'some', 'every', 'findIndex', 'findLastIndex', 'reduce', 'reduceRight'],
  ...['includes', 'indexOf', 'lastIndexOf', 'join', 'keys', 'toString', 'toLocaleString', 'hasOwnProperty'],
]);
const GIVING_PART = new Set(['at', 'find', 'findLast']);
const GIVING_PARTS = new Set([
  'slice',
  'filter',
  'concat',
  'flat',
  'toSorted',
  'toReversed',
  'toSpliced',
  'values',
  'with',
]);
const WRITING_COLLECTIONS = new Set(['set', 'add', 'delete', 'clear']);
const READING_COLLECTIONS = new Set(['has', 'forEach', 'isSubsetOf', 'isSupersetOf', 'isDisjointFrom']);
const GIVING_PARTS_OF_COLLECTIONS = new Set([
  ...['values', 'keys', 'union', 'intersection', 'difference', 'symmetricDifference'],
]);
const DROPPING = new Set([
  'sort',
  'toSorted',
  'groupBy',
  'replace',
  'replaceAll',
  'stringify',
  'setTimeout',
  'queueMicrotask',
]);
