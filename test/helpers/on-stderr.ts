import { vi } from 'vitest';

/** What is written to stderr while `act` runs; it is kept from the terminal. */
export async function onStderr(act: () => unknown): Promise<string> {
  let written = '';
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    written += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    return true;
  });
  try {
    await act();
  } finally {
    spy.mockRestore();
  }
  return written;
}
