import { vi } from 'vitest';

/** Waits for what is sure to come, however busy the machine is. */
export function until(condition: () => unknown): Promise<unknown> {
  return vi.waitUntil(condition, { interval: 1, timeout: 15_000 });
}
