import { elementsOf, Fresh } from './captured-parts.ts';

/** What some expression may be: objects of the program, found by following it as it is now. */
export interface Held {
  readonly values: readonly unknown[];
  /** Whether it is one of them for certain, and not perhaps something else. */
  readonly sure: boolean;
}

export function unsure({ values }: Held): Held {
  return { values, sure: false };
}

/** Parts of the values, nobody knows which. */
export function parts({ values, sure }: Held): Held {
  const isAtOnePlace = values.some((value) => value instanceof Fresh && value.key !== undefined);
  return { values: elementsOf(values), sure: sure && !isAtOnePlace };
}

export function entries(held: Held): Held {
  return boxed(boxed(parts(held), undefined), undefined);
}

export function elementAt(held: Held, at: number): Held {
  const placed = held.values.flatMap((value) => {
    if (value instanceof Fresh && value.key !== undefined)
      return value.key === String(at) ? value.elements : [];
    return elementsOf([value]);
  });
  return { values: placed, sure: held.sure };
}

/** A new container that holds the values. */
export function boxed({ values, sure }: Held, key: string | undefined): Held {
  const objects = values.filter((value) => Object(value) === value);
  return { values: objects.length === 0 ? [] : [new Fresh(objects, key)], sure };
}

export function rootOf(value: unknown): unknown {
  let at = value;
  while (at instanceof Fresh) at = at.elements.find((element) => Object(element) === element);
  return at;
}
