/** The objects that have what some globals have: the globals themselves, and what is made by them inherits from. */
export function ownOfGlobals(names: readonly string[]): object[] {
  return names.flatMap((name) => {
    if (name === 'globalThis' || name === 'global') return namesOfGlobals();
    const value: unknown = Object.getOwnPropertyDescriptor(globalThis, name)?.value;
    const prototype: unknown = typeof value === 'function' ? value.prototype : undefined;
    return [value, prototype].filter(isObject);
  });
}

/** Node puts the value of some in place when they are first read. */
function namesOfGlobals(): object {
  return Object.fromEntries(Reflect.ownKeys(globalThis).map((key) => [key, true]));
}

function isObject(value: unknown): value is object {
  return Object(value) === value;
}
