/**
 * Two copies of the package can meet in one thread (the program's and a library's, sources and build), and an
 * array of one is an array to the other. So arrays are known by this mark, not by their class.
 */
const BRAND: unique symbol = Symbol.for('parajob.SharedArray');

export function brand(prototype: object): void {
  Object.defineProperty(prototype, BRAND, { value: true });
}

export function isBranded(value: unknown): boolean {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/** Whether a shared array is an instance of a class that extends ours, which no thread would know it by. */
export function isOfSubclass(array: object): boolean {
  return !Object.hasOwn(Object.getPrototypeOf(array), BRAND);
}
