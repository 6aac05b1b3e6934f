// Jobs that do whatever a case has in mind for them.
import { setTimeout as wait } from 'node:timers/promises';
import { JobRunner, log, ParallelWorker } from 'parajob';
import { BEGUN, DOOMED, ENDED, EXITED, MADE, note } from './diary.mjs';

/** Keys are places, and above these bits the run. */
export const RUN_BITS = 16;

/** The result that the job of a key has, in the form that the run's output asks for. */
export function resultOf(key, output) {
  if (output === 'number') return 2 * key + 1;
  if (output === 'row') return Float64Array.of(key, key + 0.25, key + 0.5);
  if (key % 3 === 0) return { key, values: [key, `${key}`], at: new Date(key) };
  return key % 3 === 1 ? 2 * key + 1 : Float64Array.of(key, key + 0.25, key + 0.5);
}

const buffer = new Float64Array(3);

function fill(key) {
  for (let i = 0; i < 3; i++) buffer[i] = key + i / 4;
  return buffer;
}

function burn(milliseconds) {
  for (const start = performance.now(); performance.now() - start < milliseconds; );
}

const oddities = [
  undefined,
  null,
  'a string',
  Symbol('odd'),
  () => {},
  {
    get message() {
      throw new Error('no message either');
    },
  },
  Object.create(null),
  new Proxy({}, { get: () => 7 }),
];

const double = (n) => 2 * n;

const acts = {
  value: ({ result }) => result,
  slow: ({ result }) => {
    burn(6);
    return result;
  },
  later: async ({ result, ended }) => {
    await new Promise(setImmediate);
    await wait(1);
    ended();
    return result;
  },
  throw: ({ key }) => {
    throw new RangeError(`no ${key}`);
  },
  odd: ({ key }) => {
    throw oddities[key % oddities.length];
  },
  reject: async ({ key, ended }) => {
    await new Promise(setImmediate);
    ended();
    throw new RangeError(`no ${key}`);
  },
  exit: ({ doom }) => {
    doom();
    process.exit(3);
  },
  exitLater: async ({ doom }) => {
    await wait(1);
    doom();
    process.exit(3);
  },
  hoard: ({ doom }) => {
    doom();
    const held = [];
    for (;;) held.push(new Array(10_000).fill(held.length));
  },
  never: ({ doom }) => {
    doom();
    return new Promise(() => {});
  },
  // Settles, but long after the run has given it up.
  tooLate: async ({ doom, result }) => {
    doom();
    await wait(2000);
    return result;
  },
  spin: ({ doom }) => {
    doom();
    for (;;);
  },
  uncloneable: () => ({ deep: [double] }),
  getter: () => ({
    get field() {
      throw new RangeError('no field');
    },
  }),
  reuse: ({ key }) => fill(key),
  reuseLater: async ({ key, ended }) => {
    await new Promise(setImmediate);
    const filled = fill(key);
    // Changed as soon as the lane has had its turn.
    setImmediate(() => fill(-1));
    ended();
    return filled;
  },
  // biome-ignore lint/suspicious/noThenProperty: that is what it is about
  thenable: ({ result }) => ({ then: (resolve) => resolve(result) }),
  lingering: ({ result }) => {
    setTimeout(() => {}, 5);
    wait(5).catch(() => {});
    return result;
  },
  stray: ({ result, doom }) => {
    setTimeout(() => {
      doom();
      throw new RangeError('stray');
    }, 0);
    return result;
  },
  nested: async ({ key, result, ended }) => {
    const [twice] = await new JobRunner(double).runJobs([{ valueOf: undefined, n: key }].map(({ n }) => n));
    if (twice !== 2 * key) throw new Error(`nested run gave ${twice}`);
    ended();
    return result;
  },
  talk: ({ key, result }) => {
    log.debug(`job ${key} speaks`);
    return result;
  },
};

function act(key, scripts, diary, attempt = 0) {
  const { usual, places, output } = scripts[key >> RUN_BITS];
  const script = places[key & ((1 << RUN_BITS) - 1)] ?? [usual];
  const name = script[Math.min(Math.max(attempt, 1), script.length) - 1];
  note(diary, BEGUN, key, attempt);
  const ended = () => note(diary, ENDED, key, attempt);
  const doom = () => note(diary, DOOMED, key, attempt);
  try {
    const returned = acts[name]({ key, result: resultOf(key, output), ended, doom });
    if (!(returned instanceof Promise)) ended();
    return returned;
  } catch (error) {
    ended();
    throw error;
  }
}

/** Inputs are keys, or have one, or start with one. */
function keyOf(input) {
  if (typeof input === 'number') return input;
  return input.key ?? input[0];
}

export function torment(input, scripts, diary) {
  return act(keyOf(input), scripts, diary);
}

export function tormentSpread(key, _text, scripts, diary) {
  return act(key, scripts, diary);
}

export class Tormentor extends ParallelWorker {
  #n = 0;

  constructor(scripts, diary) {
    super();
    this.scripts = scripts;
    this.diary = diary;
    note(diary, MADE, 0);
  }

  mapJob({ place, input, attempt }) {
    return { place, args: [keyOf(input), attempt] };
  }

  paraMethod(key, attempt) {
    this.#n++;
    return act(key, this.scripts, this.diary, attempt);
  }

  exit() {
    note(this.diary, EXITED, 0);
    return this.#n;
  }
}
