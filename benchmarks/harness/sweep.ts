import { parajob } from './contestants.ts';
import { metric, type Question, type Setting, type Spec } from './question.ts';
import { milliseconds } from './table.ts';
import { variant } from './variant.ts';

export interface Sweep {
  readonly name: string;
  readonly asks: string;
  /** The constant, and what to try. */
  readonly constant: string;
  readonly values: readonly number[];
  /** The kinds of work that it decides about, by name. */
  readonly works: (setting: Setting) => Readonly<Record<string, Spec>>;
}

/** Runs the package with one of its constants changed: how long each kind of work takes with each value. */
export function sweep({ name, asks, constant, values, works }: Sweep): Question {
  return {
    name,
    asks,
    isSweep: true,
    rows: (setting) =>
      values.flatMap((value) => {
        const build = variant(constant, value);
        return Object.entries(works(setting)).map(([group, spec]) =>
          parajob({ ...spec, build }, group, `${constant} = ${value}`),
        );
      }),
    columns: [metric('ms', 'took', milliseconds)],
  };
}
