import { fixAll, reviveValues } from '../protocol/fixed-values.ts';
import { isPrimitive } from '../protocol/object-kinds.ts';

/**
 * A copy of an input as it is now, in a list, for an iterator may go on to change the object that it has given.
 * Undefined for what cannot change, and for what cannot be copied: whoever hands that over learns why.
 */
export function asRead(input: unknown): readonly [unknown] | undefined {
  if (isPrimitive(input)) return undefined;
  try {
    return reviveValues(fixAll([input], 'input').fixed) as [unknown];
  } catch {
    return undefined;
  }
}
