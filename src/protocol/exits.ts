import { JobRunnerError } from '../errors.ts';
import { type FixedValues, fixAll } from './fixed-values.ts';
import { UncloneableError } from './uncloneable.ts';

/** What came of the exits of a runner's instances in one thread, in order. One that fails costs no other its value. */
export interface Exits {
  readonly values: readonly unknown[];
  readonly errors: readonly unknown[];
}

export const NO_EXITS: Exits = { values: [], errors: [] };

export function joined(some: Exits, more: Exits): Exits {
  return { values: [...some.values, ...more.values], errors: [...some.errors, ...more.errors] };
}

/** Exits as they cross, by the rules for results. What cannot is an error, `RESULT_NOT_CLONEABLE`. */
export function fixExits({ values, errors }: Exits): { fixed: FixedValues; errors: readonly unknown[] } {
  const refused: unknown[] = [];
  const portable = values.filter((value) => {
    try {
      fixAll([value], 'exit');
      return true;
    } catch (cause) {
      const isOurs = cause instanceof UncloneableError;
      const message = `what exit has returned: ${isOurs ? cause.message : String(cause)}`;
      refused.push(new JobRunnerError('RESULT_NOT_CLONEABLE', message, { cause }));
      return false;
    }
  });
  return { fixed: fixAll(portable, 'exit').fixed, errors: [...errors, ...refused] };
}
