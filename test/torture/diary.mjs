// What jobs note in shared memory, so that it is known whatever becomes of their threads.
import { threadId } from 'node:worker_threads';

export const BEGUN = 1;
export const ENDED = 2;
/** Written by a thread that is about to be ended, by itself or by main. */
export const DOOMED = 3;
export const MADE = 4;
export const EXITED = 5;

/** How many notes a diary has room for. */
export const ROOM = 1 << 16;
const WORDS = 4;

/** @returns {{ words: Int32Array, times: Float64Array }} */
export function newDiary() {
  return {
    words: new Int32Array(new SharedArrayBuffer((WORDS + ROOM * WORDS) * 4)),
    times: new Float64Array(new SharedArrayBuffer(ROOM * 8)),
  };
}

/** Notes what happens to the job of `key`. The kind is written last: without it there is no note. */
export function note({ words, times }, kind, key, attempt = 0) {
  const n = Atomics.add(words, 0, 1);
  if (n >= ROOM) return;
  times[n] = performance.timeOrigin + performance.now();
  const at = WORDS + n * WORDS;
  words[at + 1] = key;
  words[at + 2] = threadId;
  words[at + 3] = attempt;
  Atomics.store(words, at, kind);
}

/** How many notes there are. */
export function noted({ words }) {
  return Atomics.load(words, 0);
}

/** @returns {{ kind: number, key: number, thread: number, attempt: number, time: number }[]} */
export function read({ words, times }) {
  const notes = [];
  const n = Math.min(Atomics.load(words, 0), ROOM);
  for (let i = 0; i < n; i++) {
    const at = WORDS + i * WORDS;
    const kind = Atomics.load(words, at);
    if (kind === 0) continue;
    notes.push({ kind, key: words[at + 1], thread: words[at + 2], attempt: words[at + 3], time: times[i] });
  }
  return notes;
}
