import { JobRunnerError } from './errors.ts';

/**
 * Collects what `body` submits, until it is through. Rejects with what it throws.
 *
 * @throws JobRunnerError `SUBMIT_OUTSIDE_BLOCK` from `submit` once the body is through.
 */
export async function collectSubmitted(
  body: (submit: (input: unknown) => number) => unknown,
): Promise<unknown[]> {
  const inputs: unknown[] = [];
  let isOpen = true;
  const submit = (input: unknown): number => {
    if (!isOpen) {
      throw new JobRunnerError(
        'SUBMIT_OUTSIDE_BLOCK',
        'submit was called after its block was through: await what submits, inside the block',
      );
    }
    return inputs.push(input) - 1;
  };
  try {
    await body(submit);
  } finally {
    isOpen = false;
  }
  return inputs;
}
