import type { ErrorCode } from 'parajob';
import { expect } from 'vitest';

/** What is refused, with which code, in which words. */
export function expectRefusal(act: () => unknown, code: ErrorCode, message: string): void {
  expect(act).toThrow(
    expect.objectContaining({ name: 'JobRunnerError', code, message: expect.stringContaining(message) }),
  );
}
