import { JobError } from 'parajob';

/** What a run rejects with. */
export async function failureOf(run: PromiseLike<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await run;
  } catch (thrown) {
    return thrown;
  }
  throw new Error('the run was to fail, and resolved', { cause: value });
}

/** The same where it is a job that fails. */
export async function jobErrorOf(run: PromiseLike<unknown>): Promise<JobError> {
  const failure = await failureOf(run);
  if (failure instanceof JobError) return failure;
  throw new Error('the run was to fail with a JobError', { cause: failure });
}
