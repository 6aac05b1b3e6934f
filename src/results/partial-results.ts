/**
 * Lets the error of a run that was stopped tell what there was by that time: `results`, with `errorValue` or nothing
 * where there is none, and `completed`, the places that have one. Worked out when they are asked for; not shown when
 * the error is printed. A reason that is no object has no room for them.
 */
export function attachResults(
  error: unknown,
  results: () => unknown,
  completed: () => readonly number[],
): void {
  if (typeof error !== 'object' || error === null || !Object.isExtensible(error)) return;
  define(error, 'results', results);
  define(error, 'completed', completed);
}

function define(error: object, name: string, get: () => unknown): void {
  let value: unknown;
  let isKnown = false;
  Object.defineProperty(error, name, {
    configurable: true,
    enumerable: false,
    get: () => {
      if (!isKnown) value = get();
      isKnown = true;
      return value;
    },
  });
}
