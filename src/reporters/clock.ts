// Taken when the library loads: fake timers in a user's tests must not stop a run or its bar.
const { performance, setInterval, clearInterval } = globalThis;
const millisecondsNow = performance.now.bind(performance);

/** Time as reporters need it; tests bring their own. */
export interface Clock {
  /** Milliseconds since some fixed moment. */
  now(): number;
  /** Repeats `action` and returns what ends that. Never keeps the process alive. */
  every(milliseconds: number, action: () => void): () => void;
}

export const systemClock: Clock = {
  now: millisecondsNow,
  every(milliseconds, action) {
    const timer = setInterval(action, milliseconds).unref();
    return () => clearInterval(timer);
  },
};
