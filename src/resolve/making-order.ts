/** A function or class that is to be made again. */
export interface ToMake {
  /** Where it stands in its script. */
  readonly start: number;
  readonly isClass: boolean;
  /** Which others it uses: a class while it is made, a function when it is called. */
  readonly uses: readonly number[];
}

/** The order to make them in: functions anywhere, classes after what their static parts use. */
export function makingOrder(all: readonly ToMake[]): number[] {
  const order = new Set<number>();
  const visited = new Set<number>();
  const visit = (index: number, isCalledMeanwhile: boolean) => {
    const { isClass, uses } = all[index]!;
    const key = isClass ? index : -1 - index;
    if (visited.has(key)) return;
    visited.add(key);
    if (isClass || isCalledMeanwhile) for (const used of uses) visit(used, true);
    order.add(index);
  };
  const byStart = all.map((_, index) => index).sort((a, b) => all[a]!.start - all[b]!.start);
  for (const index of byStart) visit(index, false);
  return [...order];
}
