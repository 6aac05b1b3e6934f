import type { DType, TypedArrayOf } from '../arrays/dtype.ts';
import { JobRunnerError } from '../errors.ts';
import { JobRunner } from '../job-runner.ts';
import { aim } from '../protocol/result-rows.ts';
import { show } from '../read-options.ts';
import { type Arguments, blockOf, readArguments, shareArguments } from './arguments.ts';
import { type Span, Splice } from './splice.ts';
import { type CheckedSplit, checkSplit, type SplitRowsOptions } from './split-options.ts';

/** More than one each, so that a worker that is done early takes from the others (benchmarks/split-rows.ts). */
const BLOCKS_PER_WORKER = 4;
/** Larger blocks are no faster, and what a block returns is memory on top (benchmarks/block-bytes.ts). */
const BLOCK_BYTES: number = 2 ** 25;

type AnyFunction = (...args: never[]) => unknown;
type Call = (...args: Arguments) => Promise<unknown>;

/**
 * Makes a function of arrays run on all cores: the function that it returns cuts array arguments into blocks of rows,
 * calls `fn` with each block in a worker, and joins what comes back along the first axis.
 *
 * `fn` gets of a {@link SharedArray} a SharedArray of some of its rows, over the same memory; of a typed array a
 * part of it, likewise, after a plain one has been copied to shared memory once; of an array of anything its
 * elements. It should do with each row the same, whatever rows come along. What `fn` returns is joined to one array
 * in shared memory: typed arrays to a typed array, SharedArrays to a SharedArray, plain arrays to a plain one.
 *
 * @param fn - as for a {@link JobRunner}: of a module, of a library, or a closure
 * @returns an async function with the arguments of `fn`. It rejects with the {@link JobError} of a block that failed,
 * whose `place` is the number of the block; with JobRunnerError `INVALID_ARRAY` for arguments that cannot be split,
 * or have different numbers of rows; with `RESULT_DOES_NOT_FIT` for results that cannot be joined.
 * @throws JobRunnerError `INVALID_WORKER` or `INVALID_OPTION`.
 *
 * @example
 * function spectra(channels: SharedArray<'float64'>, window: Float64Array) { ... }
 *
 * const parallelSpectra = splitRows(spectra, { shared: [1] });
 * const all = await parallelSpectra(recording, hann(1024));
 */
export function splitRows<F extends AnyFunction, const O extends SplitRowsOptions = Record<never, never>>(
  fn: F,
  options?: O,
): (...args: Parameters<F>) => Promise<SplitResult<F, O>> {
  const checked = checkSplit(options);
  const { nWorkers } = checked;
  const runner = new JobRunner(fn as unknown as Call, nWorkers === undefined ? {} : { nWorkers });
  const serial = new JobRunner(fn as unknown as Call, { nWorkers: 1 });
  const call = async (...args: Arguments): Promise<unknown> => {
    const given = readArguments(args, checked);
    const { keys, nRows, nBytes, out } = given;
    const isSerial = nRows === undefined || nRows < 2 || nBytes < checked.splitOver || runner.nWorkers < 2;
    const nBlocks = isSerial
      ? 1
      : Math.min(nRows, Math.max(runner.nWorkers * BLOCKS_PER_WORKER, Math.ceil(nBytes / BLOCK_BYTES)));
    const spans = cut(nRows ?? 0, nBlocks);
    const sent = isSerial ? args : shareArguments(given, checked.shared);
    const blocks = isSerial ? [args] : spans.map(({ start, stop }) => blockOf(sent, keys, start, stop));
    const results = out === undefined ? new Results(checked, spans) : undefined;
    let isAimed = isSerial;
    for await (const outcome of (isSerial ? serial : runner).stream(blocks, {
      ...checked.run,
      spread: true,
    })) {
      if (outcome.status === 'rejected') throw outcome.error;
      results?.take(outcome.place, outcome.output);
      // The first has told what rows look like. Blocks are handed over as threads come to them: those to come know.
      if (!isAimed) results?.aim(blocks);
      isAimed = true;
    }
    return results === undefined ? out : results.all;
  };
  return call as never;
}

/** Of `fn` and options, what a call resolves to. */
export type SplitResult<F extends AnyFunction, O> = [OutOf<Parameters<F>, O>] extends [never]
  ? Joined<Awaited<ReturnType<F>>>
  : undefined extends OutOf<Parameters<F>, O>
    ? Exclude<OutOf<Parameters<F>, O>, undefined> | Joined<Awaited<ReturnType<F>>>
    : OutOf<Parameters<F>, O>;

type OutOf<P extends readonly unknown[], O> = O extends { readonly out: infer K }
  ? K extends number
    ? P[K]
    : Required<P> extends readonly [...unknown[], infer Options]
      ? K extends keyof Options
        ? Options[K]
        : never
      : never
  : never;

/** A typed array comes back in shared memory; so do those in a list. */
type Joined<R> =
  R extends TypedArrayOf<DType>
    ? { [D in DType]: R extends TypedArrayOf<D> ? TypedArrayOf<D, SharedArrayBuffer> : never }[DType]
    : R;

/** What the blocks returned, put together. */
class Results {
  readonly #splice: readonly number[] | undefined;
  readonly #splices: Map<number, Splice>;
  #first: unknown;

  constructor({ splice }: CheckedSplit, spans: readonly Span[]) {
    this.#splice = splice;
    this.#splices = new Map((splice ?? [0]).map((index) => [index, new Splice(spans)]));
  }

  take(block: number, returned: unknown): void {
    if (this.#splice === undefined) {
      this.#splices.get(0)!.take(block, returned);
      return;
    }
    if (block === 0) this.#first = returned;
    for (const [index, splice] of this.#splices) {
      if (!Array.isArray(returned) || index >= returned.length) {
        throw new JobRunnerError(
          'RESULT_DOES_NOT_FIT',
          `\`splice\` joins value ${index} of what is returned, and block ${block} returned ${show(returned)}`,
        );
      }
      splice.take(block, returned[index]);
    }
  }

  /** Tells blocks where their results belong, as far as that is known. */
  aim(blocks: readonly Arguments[]): void {
    blocks.forEach((block, n) => {
      const targets = [...this.#splices].flatMap(([key, splice]) => {
        const rows = splice.rowsOf(n);
        return rows === undefined ? [] : { index: this.#splice && key, ...rows };
      });
      if (targets.length > 0) aim(block, targets);
    });
  }

  get all(): unknown {
    if (this.#splice === undefined) return this.#splices.get(0)!.result;
    if (this.#splices.size === 0) return this.#first;
    const all = [...(this.#first as unknown[])];
    for (const [index, splice] of this.#splices) all[index] = splice.result;
    return all;
  }
}

/** So many spans of rows, their lengths as equal as can be. */
function cut(nRows: number, nSpans: number): Span[] {
  const at = (n: number): number => Math.floor((n * nRows) / nSpans);
  return Array.from({ length: nSpans }, (_, n) => ({ start: at(n), stop: at(n + 1) }));
}
