import { JobRunnerError } from '../errors.ts';
import { type FixedValues, fixAll } from '../protocol/fixed-values.ts';
import { UncloneableError } from '../protocol/uncloneable.ts';

/**
 * What `exit` of a worker has returned, for whoever is to have it.
 *
 * @throws JobRunnerError `RESULT_NOT_CLONEABLE` for what cannot cross.
 */
export function fixExitValues(values: readonly unknown[]): FixedValues {
  try {
    return fixAll(values, 'exit').fixed;
  } catch (cause) {
    if (!(cause instanceof UncloneableError)) throw cause;
    throw new JobRunnerError('RESULT_NOT_CLONEABLE', `what exit has returned: ${cause.message}`, { cause });
  }
}
