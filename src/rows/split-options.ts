import type { StreamOptions } from '../options.ts';
import { type Checks, readOptions } from '../read-options.ts';

/**
 * Which argument is meant: its place in the list of arguments, from 0, or the name of a field of the options object
 * that is the last argument.
 */
export type ArgumentKey = number | string;

/** What is passed on to the runs. */
type RunSettings = Pick<StreamOptions, 'progress' | 'logLevel' | 'signal'>;

/** How {@link splitRows} takes arguments apart and puts results together. */
export interface SplitRowsOptions extends RunSettings {
  /**
   * The arguments that are split into blocks of rows. Those that a call leaves out are passed over.
   *
   * @defaultValue [0]
   */
  readonly split?: readonly ArgumentKey[] | undefined;
  /**
   * For a function that returns a list of values: which of them are joined along their first axis. The others come
   * once, from the first block. `[]` joins nothing.
   *
   * @defaultValue what the function returns is one value, and is joined
   *
   * @example
   * splitRows((rows) => [centred(rows), rows.shape], { splice: [0] });
   */
  readonly splice?: readonly number[] | undefined;
  /**
   * Arguments that every block needs whole: put into shared memory once, if they are plain typed arrays. Those
   * that are shared already are shared in any case; what is not named here travels by value, with each block.
   *
   * @defaultValue []
   */
  readonly shared?: readonly ArgumentKey[] | undefined;
  /**
   * The argument that the function writes its results into, an array in shared memory: blocks get their rows of it,
   * and the call resolves to the whole of it. If a call leaves it out, what the function returns is joined. An
   * argument that is split as well is changed in place.
   *
   * @example
   * splitRows(scale, { out: 'out' });   // scale(rows, { factor, out })
   * splitRows(sortEachRow, { out: 0 }); // in place
   */
  readonly out?: ArgumentKey | undefined;
  /**
   * Below so many bytes in the split arguments the function is called once, in the calling thread.
   *
   * @defaultValue 0
   */
  readonly splitOver?: number | undefined;
  /**
   * The most threads to use. With 1 the function is called once, in the calling thread.
   *
   * @defaultValue the cores that this process may use
   */
  readonly nWorkers?: number | undefined;
}

/** The options with their defaults. */
export interface CheckedSplit {
  readonly split: readonly ArgumentKey[];
  readonly splice: readonly number[] | undefined;
  readonly shared: readonly ArgumentKey[];
  readonly out: ArgumentKey | undefined;
  readonly splitOver: number;
  readonly nWorkers: number | undefined;
  readonly run: RunSettings;
}

const isPlace = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;
const isKey = (value: unknown): boolean => isPlace(value) || (typeof value === 'string' && value !== '');
const isListOf = (isItem: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && Array.from(value).every(isItem);

const KEYS = 'a list of argument numbers, from 0, and names of fields of the last argument';
const OPTIONS: Checks<SplitRowsOptions> = {
  split: [(value) => isListOf(isKey)(value) && (value as unknown[]).length > 0, KEYS],
  splice: [isListOf(isPlace), 'a list of numbers of returned values, from 0'],
  shared: [isListOf(isKey), KEYS],
  out: [isKey, 'an argument number, from 0, or the name of a field of the last argument'],
  splitOver: [(value) => typeof value === 'number' && value >= 0, 'a number of bytes'],
  // The runner and its runs check these.
  nWorkers: [() => true, ''],
  progress: [() => true, ''],
  logLevel: [() => true, ''],
  signal: [() => true, ''],
};

/** @throws JobRunnerError `INVALID_OPTION`. */
export function checkSplit(options: unknown): CheckedSplit {
  const given = readOptions<SplitRowsOptions>(options, OPTIONS, 'splitRows');
  const { split = [0], splice, shared = [], out, splitOver = 0, nWorkers, ...run } = given;
  return { split, splice, shared, out, splitOver, nWorkers, run };
}
