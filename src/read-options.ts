import { inspect } from 'node:util';
import { JobRunnerError } from './errors.ts';

/** Inputs that can be read: arrays, typed arrays and shared arrays are among them. */
export type RunInputs = Iterable<unknown> | AsyncIterable<unknown>;

/** A test of a given value, and what the value should have been. */
export type Check = readonly [isRight: (value: unknown) => boolean, expected: string];
export type Checks<Options> = { readonly [Name in keyof Required<Options>]: Check };

/** The options that an object has of its own and says something about, each checked by itself. */
export function readOptions<Options>(
  options: unknown,
  checks: Partial<Checks<Options>>,
  taker: string,
): Partial<Options> {
  const given: Partial<Options> = Object.create(null) as object;
  if (options === undefined) return given;
  if (!isOptions(options)) {
    throw new JobRunnerError('INVALID_OPTION', `the options of ${taker} are an object, not ${show(options)}`);
  }
  for (const [name, value] of Object.entries(options)) {
    const check = Object.hasOwn(checks, name) ? checks[name as keyof Options] : undefined;
    if (check === undefined) throw unknownOption(name, Object.keys(checks), taker);
    const [isRight, expected] = check;
    // Saying undefined is saying nothing, except about the error value.
    if (value === undefined && name !== 'errorValue') continue;
    if (!isRight(value)) {
      throw new JobRunnerError('INVALID_OPTION', `\`${name}\` is ${show(value)}, not ${expected}`);
    }
    given[name as keyof Options] = value as never;
  }
  return given;
}

function unknownOption(name: string, known: readonly string[], taker: string): JobRunnerError {
  const nearest = nearestOf(name, known);
  const advice = nearest ? `did you mean \`${nearest}\`?` : `${taker} has ${known.join(', ')}`;
  return new JobRunnerError('INVALID_OPTION', `unknown option \`${name}\` of ${taker}; ${advice}`);
}

/** The known name that is a slip of the keyboard away; undefined if none is. */
function nearestOf(name: string, known: readonly string[]): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[_-]/g, '');
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(plain(name), plain(candidate)) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best && best.distance <= 1 + name.length / 4 ? best.candidate : undefined;
}

/** How many characters have to be added, dropped or changed to get from one text to the other. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const change = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}

/** Whether something is meant as options: inputs can be iterated, options cannot. */
export function isOptions(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !isIterable(value);
}

export function isIterable(value: unknown): value is RunInputs {
  return (
    typeof value === 'object' && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value)
  );
}

/** A value in an error message. */
export function show(value: unknown): string {
  return inspect(value, {
    depth: 0,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 8,
    maxStringLength: 60,
  });
}

export const flag: Check = [(value) => typeof value === 'boolean', 'true or false'];

export const milliseconds: Check = [isAbove(0), 'a number of milliseconds'];

export function isAbove(least: number): (value: unknown) => boolean {
  return (value) => typeof value === 'number' && value > least && value !== Number.POSITIVE_INFINITY;
}

export function isWholeFrom(
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): (value: unknown) => boolean {
  return (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}
