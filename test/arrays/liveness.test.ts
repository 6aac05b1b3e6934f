import { expect, test } from 'vitest';
import * as liveness from '../../src/arrays/liveness.ts';

test('a thread that has ended is not taken for a new one, be it another copy of the package that started it', async () => {
  const copy = (await import('../../src/arrays/liveness.ts?copy' as string)) as typeof liveness;
  expect(copy.seatThread).not.toBe(liveness.seatThread);
  const first = liveness.seatThread();
  liveness.vacateSeat(first);
  const second = copy.seatThread();
  const third = liveness.seatThread();
  try {
    expect(second.self % 1024).toBe(first.self % 1024);
    expect(new Set([liveness.liveness().self, first.self, second.self, third.self]).size).toBe(4);
    expect(liveness.isAlive(third, first.self)).toBe(false);
    expect(liveness.isAlive(first, second.self)).toBe(true);
  } finally {
    for (const seat of [second, third]) liveness.vacateSeat(seat);
  }
});
