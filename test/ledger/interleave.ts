/**
 * Tries every order in which programs that share memory can take their steps. A step is one access to the memory
 * or one `note`; a program is a plain function, and is taken one step further by running it again from its start
 * with what its earlier steps have given.
 */
export type Program<State> = (words: Int32Array, note: (change: (state: State) => void) => void) => void;

export interface World<State> {
  readonly words: Int32Array;
  readonly state: State;
}

/** Calls `check` for each state that can be reached, once; `isOver` tells which programs have come to their end. */
export function interleave<State>(
  start: World<State>,
  programs: readonly Program<State>[],
  check: (world: World<State>, isOver: readonly boolean[]) => void,
): void {
  const seen = new Set<string>();
  // Programs are functions of what their steps have given: the same logs, the same world.
  const visit = (world: World<State>, logs: readonly (readonly unknown[])[]): void => {
    const key = `${world.words.join()} ${logs.map((log) => log.join()).join(' ')}`;
    if (seen.has(key)) return;
    seen.add(key);
    const nexts = programs.map((program, i) => step(program, world, logs[i]!));
    check(
      world,
      nexts.map((next) => next === 'over'),
    );
    nexts.forEach((next, i) => {
      if (next !== 'over') visit(next.world, logs.with(i, next.log));
    });
  };
  visit(
    start,
    programs.map(() => []),
  );
}

const SUSPENDED: unique symbol = Symbol('suspended');

type Access = (take: (memory: Int32Array) => unknown) => unknown;

function step<State>(
  program: Program<State>,
  world: World<State>,
  log: readonly unknown[],
): { readonly world: World<State>; readonly log: readonly unknown[] } | 'over' {
  const next = { words: world.words.slice(), state: structuredClone(world.state) };
  const longer = [...log];
  let n = 0;
  access = (take) => {
    if (n === longer.length) {
      if (n > log.length) throw SUSPENDED;
      longer.push(take(next.words));
    }
    return longer[n++];
  };
  try {
    program(stepped, (change) => access(() => change(next.state)));
  } catch (thrown) {
    if (thrown !== SUSPENDED) throw thrown;
  }
  return longer.length === log.length ? 'over' : { world: next, log: longer };
}

let access: Access;

/** Stands in for the memory: every access, by index or through Atomics, is a step. */
const stepped = new Proxy(new Int32Array(0), {
  get: (_, key) => access((memory) => Reflect.get(memory, key, memory)),
  set: (_, key, value) => access((memory) => Reflect.set(memory, key, value, memory)) as boolean,
});

type Operation = (target: Int32Array, ...args: number[]) => unknown;

for (const name of ['load', 'store', 'compareExchange'] as const) {
  const operation = Atomics[name] as Operation;
  const replacement: Operation = (target, ...args) =>
    target === stepped ? access((memory) => operation(memory, ...args)) : operation(target, ...args);
  Object.assign(Atomics, { [name]: replacement });
}
