import { inspect } from 'node:util';
import { JobRunnerError } from '../errors.ts';
import type { PlaceOrder } from '../protocol/messages.ts';

/** What a job may cost, in any unit. */
export type CostOf = (input: unknown) => number;

/**
 * Which place has which turn when the most expensive jobs start first; equal ones in the order of their inputs. The
 * last to end is then a small one, so lanes end together (longest processing time first: R. L. Graham, 1969).
 *
 * @throws JobRunnerError `INVALID_OPTION` if `costOf` throws, or gives what is no number.
 */
export function biggestFirst(nJobs: number, inputOf: (place: number) => unknown, costOf: CostOf): PlaceOrder {
  const costs = new Float64Array(nJobs);
  for (let place = 0; place < nJobs; place++) costs[place] = costAt(place, inputOf(place), costOf);
  const order = new Int32Array(new SharedArrayBuffer(4 * nJobs));
  for (let place = 0; place < nJobs; place++) order[place] = place;
  // By comparison, not by difference: costs may be infinite.
  return order.sort((a, b) => (costs[a] === costs[b] ? a - b : costs[a]! < costs[b]! ? 1 : -1));
}

function costAt(place: number, input: unknown, costOf: CostOf): number {
  let cost: unknown;
  try {
    cost = costOf(input);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : `it threw ${inspect(cause)}`;
    throw new JobRunnerError(
      'INVALID_OPTION',
      `\`costOf\` failed for the input of job ${place}: ${message}`,
      {
        cause,
      },
    );
  }
  if (typeof cost === 'number' && !Number.isNaN(cost)) return cost;
  throw new JobRunnerError(
    'INVALID_OPTION',
    `\`costOf\` gave ${inspect(cost)} for the input of job ${place}: a cost is a number, in any unit`,
  );
}

/** The inputs in the order of their turns. */
export function inTurns(inputs: readonly unknown[], order: PlaceOrder): unknown[] {
  return Array.from(order, (place) => inputs[place]);
}

/** What is known by place, by turn. */
export function turnsOf<T>(byPlace: ReadonlyMap<number, T>, order: PlaceOrder): Map<number, T> {
  const byTurn = new Map<number, T>();
  order.forEach((place, turn) => {
    if (byPlace.has(place)) byTurn.set(turn, byPlace.get(place)!);
  });
  return byTurn;
}
