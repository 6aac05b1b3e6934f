import { inspect, types } from 'node:util';

/**
 * The properties of a value of the language that its kind does not bring along, an array's `raw` or a Date's `label`:
 * structured clone drops them, or does so but for the ordinary ones of arrays.
 */
export function addedProperties(object: object): (string | symbol)[] {
  if (types.isTypedArray(object)) {
    return isPlainView(object) ? [] : Reflect.ownKeys(object).filter((key) => !isIndex(key));
  }
  if (Array.isArray(object)) {
    if (object.length > FEW && inspect(object, OUTLINE) === inspect(new Array(object.length), OUTLINE))
      return [];
    // First come the elements, then the length.
    const keys = Reflect.ownKeys(object);
    return keys.at(-1) === 'length' ? [] : keys.slice(keys.indexOf('length') + 1);
  }
  const keys = Reflect.ownKeys(object);
  if (types.isRegExp(object)) return keys.filter((key) => key !== 'lastIndex');
  if (types.isNativeError(object)) return keys.filter((key) => !isOfErrors(object, key));
  if (types.isStringObject(object)) return keys.filter((key) => key !== 'length' && !isIndex(key));
  return keys;
}

/** Listing the keys of a large array takes longer than copying it. */
function isPlainView(view: NodeJS.TypedArray): boolean {
  const { buffer, byteOffset, length } = view;
  if (length <= FEW) return false;
  const View = Object.getPrototypeOf(view).constructor as typeof Float64Array;
  const plain = Buffer.isBuffer(view)
    ? Buffer.from(buffer, byteOffset, length)
    : new View(buffer, byteOffset, length);
  return inspect(view, OUTLINE) === inspect(plain, OUTLINE);
}

/** A cause that is an object is looked at like any other. */
function isOfErrors(error: Error, key: string | symbol): boolean {
  if (key === 'cause') return Object(error.cause) !== error.cause;
  return key === 'message' || key === 'stack';
}

function isIndex(key: string | symbol): boolean {
  return typeof key === 'string' && /^(?:0|[1-9]\d*)$/.test(key);
}

const FEW = 100;
/** All that an array has but for its elements. */
const OUTLINE = { maxArrayLength: 0, depth: 0, showHidden: true, customInspect: false };
