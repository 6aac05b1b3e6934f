import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { SharedArray, sharedCopy } from 'parajob';
import type { RunSpec } from './case.ts';
import { RUN_BITS } from './jobs.mjs';

/** What became of a run's inputs as it read them. */
export interface Reading {
  nRead: number;
  /** How often the iterator was told that no more will be asked for. */
  nLeft: number;
  isDone: boolean;
}

export interface Inputs {
  readonly values: unknown;
  /** The input of each place, as far as it has been read. */
  readonly given: unknown[];
  readonly reading: Reading;
}

export class InputFault extends Error {}

/** The inputs of the `n`-th run of a case, in the form that its feed says. */
export function inputsOf(run: RunSpec, n: number): Inputs {
  const { feed, nJobs } = run;
  const keys = Array.from({ length: nJobs }, (_, place) => (n << RUN_BITS) + place);
  const reading: Reading = { nRead: 0, nLeft: 0, isDone: false };
  const given: unknown[] = [];
  const inputAt = (place: number): unknown => {
    const key = (n << RUN_BITS) + place;
    if (run.inputFault?.type === 'uncloneable' && run.inputFault.at === place) return { key, fn: () => key };
    return run.spread ? [key, `text ${key}`] : { key, text: `text ${key}`, table: new Float32Array([key]) };
  };
  const known = (values: unknown, all: readonly unknown[]): Inputs => ({
    values,
    given: [...all],
    reading: { ...reading, nRead: nJobs, isDone: true },
  });
  switch (feed) {
    case 'places':
      return known(undefined, keys);
    case 'float64':
      return known(Float64Array.from(keys), keys);
    case 'shared':
      return known(sharedCopy(Int32Array.from(keys)), keys);
    case 'numbers':
      return known(keys, keys);
    case 'rows': {
      const data = Float64Array.from(keys.flatMap((key) => [key, key + 0.5]));
      const rows = SharedArray.from(data, [nJobs, 2]);
      return known(
        rows,
        keys.map((_, place) => rows.row(place)),
      );
    }
    case 'objects': {
      const all = keys.map((_, place) => inputAt(place));
      return known(all, all);
    }
    case 'set': {
      const all = keys.map((_, place) => inputAt(place));
      return known(new Set(all), all);
    }
  }
  /** The next input; undefined at the end. */
  const next = (): unknown => {
    const place = reading.nRead;
    if (run.inputFault?.type === 'throws' && run.inputFault.at === place) {
      reading.isDone = true;
      throw new InputFault('the inputs broke');
    }
    if (place === nJobs && !run.isEndless) {
      reading.isDone = true;
      return undefined;
    }
    reading.nRead++;
    given[place] = inputAt(place);
    return given[place];
  };
  return { values: lazily(feed, next, reading), given, reading };
}

function lazily(feed: RunSpec['feed'], next: () => unknown, reading: Reading): unknown {
  switch (feed) {
    case 'generator':
      return (function* () {
        try {
          for (let input = next(); input !== undefined; input = next()) yield input;
        } finally {
          if (!reading.isDone) reading.nLeft++;
        }
      })();
    case 'asyncGenerator':
    case 'slowGenerator':
      return (async function* () {
        try {
          for (let input = next(); input !== undefined; input = next()) {
            if (feed === 'slowGenerator') await new Promise((resolve) => setTimeout(resolve, 1));
            yield input;
          }
        } finally {
          if (!reading.isDone) reading.nLeft++;
        }
      })();
    case 'readable':
      return new Readable({
        objectMode: true,
        highWaterMark: 3,
        read() {
          try {
            this.push(next() ?? null);
          } catch (error) {
            this.destroy(error as Error);
          }
        },
        destroy(error, done) {
          if (!reading.isDone) reading.nLeft++;
          done(error);
        },
      });
    default:
      return new ReadableStream(
        {
          pull(controller) {
            const input = next();
            if (input === undefined) controller.close();
            else controller.enqueue(input);
          },
          cancel() {
            if (!reading.isDone) reading.nLeft++;
          },
        },
        { highWaterMark: 0 },
      );
  }
}
