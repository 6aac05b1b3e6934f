import { JobRunnerError } from './errors.ts';

/** Collects what the body of a batch block submits; one block at a time. */
export class SubmitBlock {
  #isOpen = false;

  /**
   * Resolves to the inputs once `body` is through; rejects with what it throws.
   *
   * @throws JobRunnerError `NESTED_BLOCK` while another block is open; `SUBMIT_OUTSIDE_BLOCK` from `submit` once
   * the body is through.
   */
  async collect(body: (submit: (input: unknown) => number) => unknown): Promise<unknown[]> {
    if (this.#isOpen) {
      throw new JobRunnerError(
        'NESTED_BLOCK',
        'a batch block of this runner is open already: use another runner for the one inside',
      );
    }
    const inputs: unknown[] = [];
    let isThrough = false;
    const submit = (input: unknown): number => {
      if (isThrough) {
        throw new JobRunnerError(
          'SUBMIT_OUTSIDE_BLOCK',
          'submit was called when its block was through: await what submits, inside the block',
        );
      }
      return inputs.push(input) - 1;
    };
    this.#isOpen = true;
    try {
      await body(submit);
    } finally {
      this.#isOpen = false;
      isThrough = true;
    }
    return inputs;
  }
}
