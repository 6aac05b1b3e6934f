import fc from 'fast-check';

/** What a job does; jobs.mjs says how. */
export type Act =
  | 'value'
  | 'slow'
  | 'later'
  | 'throw'
  | 'odd'
  | 'reject'
  | 'exit'
  | 'exitLater'
  | 'hoard'
  | 'never'
  | 'tooLate'
  | 'spin'
  | 'uncloneable'
  | 'getter'
  | 'reuse'
  | 'reuseLater'
  | 'thenable'
  | 'lingering'
  | 'stray'
  | 'nested'
  | 'talk';

/** What results look like: anything, a number in place, a row of three in place. */
export type Output = 'any' | 'number' | 'row';

/** What the jobs of one run do: by place, one act for each try; elsewhere what is usual. */
export interface Script {
  readonly usual: Act;
  readonly places: Readonly<Record<number, readonly Act[]>>;
  readonly output: Output;
}

export type Feed =
  | 'places'
  | 'float64'
  | 'shared'
  | 'rows'
  | 'numbers'
  | 'objects'
  | 'set'
  | 'generator'
  | 'asyncGenerator'
  | 'slowGenerator'
  | 'readable'
  | 'webStream';

/** How a run is ended from outside, if it is. */
export type Stop =
  /** Its signal is aborted: before it starts; once so many jobs have begun; after so many milliseconds. */
  | { readonly type: 'aborted' }
  | { readonly type: 'abort' | 'close'; readonly begun: number }
  | { readonly type: 'abort' | 'close'; readonly milliseconds: number }
  /** The loop over the stream is left after so many outcomes. */
  | { readonly type: 'leave'; readonly outcomes: number; readonly by: 'break' | 'throw' };

export interface RunSpec extends Script {
  readonly nJobs: number;
  readonly feed: Feed;
  /** The inputs throw when so many have been read, go on for ever, or have one that cannot cross. */
  readonly inputFault: { readonly type: 'throws' | 'uncloneable'; readonly at: number } | undefined;
  readonly isEndless: boolean;
  readonly mode: 'failFast' | 'captured' | 'stream' | 'ordered' | 'block';
  readonly spread: boolean;
  readonly retries: number;
  readonly delay: number;
  readonly maxDeaths: number;
  readonly timeout: number | undefined;
  readonly maxInFlight: number;
  readonly stop: Stop | undefined;
  /** Which of the case's runners it is on. */
  readonly runner: number;
}

export interface RunnerSpec {
  readonly worker: 'class' | 'function';
  readonly nWorkers: number;
  readonly inThread: boolean;
  /** Threads of its own, with little memory. */
  readonly isLimited: boolean;
  readonly maxJobsPerWorker: number | undefined;
}

/** Some runs at the same time, on some runners. */
export interface Case {
  readonly runners: readonly RunnerSpec[];
  readonly runs: readonly RunSpec[];
}

/** Long against the noise of a machine, short against that of patience. */
const TIMEOUT_MS = 400;
const CLAIMED: readonly Feed[] = ['places', 'float64', 'shared', 'rows', 'numbers'];
const LAZY: readonly Feed[] = ['generator', 'asyncGenerator', 'slowGenerator', 'readable', 'webStream'];

/** Acts that take their thread with them, and those that need to be ended. */
const DEADLY: readonly Act[] = ['exit', 'exitLater', 'hoard', 'stray'];
const HANGING: readonly Act[] = ['never', 'tooLate', 'spin'];
/** Acts that take time, or a thread, are for chosen places. */
const CHEAP: readonly Act[] = ['value', 'value', 'value', 'later', 'reuse', 'thenable', 'talk', 'nested'];

/** Undefined, but for one in `n`. */
function oneIn<T>(n: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: n - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constantFrom<Act>('value', 'slow', 'later', 'thenable', 'lingering', 'nested'),
  },
  { weight: 8, arbitrary: fc.constantFrom<Act>('throw', 'odd', 'reject', 'uncloneable', 'getter') },
  { weight: 8, arbitrary: fc.constantFrom<Act>('exit', 'exit', 'exitLater') },
  { weight: 1, arbitrary: fc.constantFrom<Act>('hoard') },
  { weight: 1, arbitrary: fc.constantFrom<Act>('stray') },
  { weight: 2, arbitrary: fc.constantFrom<Act>('reuse', 'reuseLater') },
  { weight: 2, arbitrary: fc.constantFrom<Act>('never', 'tooLate', 'spin') },
);

const size = fc.oneof(
  { weight: 4, arbitrary: fc.nat(12) },
  { weight: 4, arbitrary: fc.integer({ min: 10, max: 80 }) },
  { weight: 1, arbitrary: fc.integer({ min: 500, max: 3000 }) },
);

const stop: fc.Arbitrary<Stop> = fc.oneof(
  fc.constant<Stop>({ type: 'aborted' }),
  fc.record({ type: fc.constantFrom('abort' as const, 'close' as const), begun: fc.nat(40) }),
  fc.record({ type: fc.constantFrom('abort' as const, 'close' as const), milliseconds: fc.nat(40) }),
  fc.record({
    type: fc.constant('leave' as const),
    outcomes: fc.nat(30),
    by: fc.constantFrom('break' as const, 'throw' as const),
  }),
);

const runSpec: fc.Arbitrary<RunSpec> = fc
  .record({
    nJobs: size,
    feed: fc.constantFrom<Feed>(...CLAIMED, 'objects', 'set', ...LAZY),
    inputFault: oneIn(
      6,
      fc.record({ type: fc.constantFrom('throws' as const, 'uncloneable' as const), at: fc.nat(40) }),
    ),
    isEndless: oneIn(8, fc.constant(true)).map(Boolean),
    mode: fc.constantFrom<RunSpec['mode']>('failFast', 'captured', 'captured', 'stream', 'ordered', 'block'),
    spread: oneIn(5, fc.constant(true)).map(Boolean),
    output: fc.constantFrom<Output>('any', 'any', 'number', 'row'),
    usual: fc.constantFrom<Act>(...CHEAP),
    acts: fc.array(fc.record({ place: fc.nat(80), acts: fc.array(act, { minLength: 1, maxLength: 3 }) }), {
      maxLength: 6,
    }),
    retries: fc.constantFrom(0, 0, 1, 2, 4),
    delay: fc.constantFrom(0, 0, 1, 15),
    maxDeaths: fc.integer({ min: 1, max: 3 }),
    hasTimeout: fc.boolean(),
    maxInFlight: fc.constantFrom(1, 2, 7, 64, 256),
    stop: oneIn(4, stop),
    runner: fc.nat(1),
  })
  .map(({ acts, hasTimeout, ...spec }) => ({
    ...spec,
    places: Object.fromEntries(acts.map(({ place, acts }) => [place, acts])),
    timeout: hasTimeout ? TIMEOUT_MS : undefined,
  }));

const runnerSpec: fc.Arbitrary<RunnerSpec> = fc.record({
  worker: fc.constantFrom('class' as const, 'function' as const),
  nWorkers: fc.constantFrom(1, 1, 2, 2, 2, 3, 4),
  inThread: fc.nat(2).map((n) => n > 0),
  isLimited: oneIn(8, fc.constant(true)).map(Boolean),
  maxJobsPerWorker: oneIn(10, fc.integer({ min: 1, max: 40 })),
});

/** Cases of any kind. */
export const anyCase: fc.Arbitrary<Case> = fc
  .record({
    runners: fc.array(runnerSpec, { minLength: 2, maxLength: 2 }),
    runs: fc.oneof(
      { weight: 3, arbitrary: fc.array(runSpec, { minLength: 1, maxLength: 1 }) },
      { weight: 1, arbitrary: fc.array(runSpec, { minLength: 2, maxLength: 3 }) },
    ),
  })
  .map(lawful);

export function isInline({ nWorkers, inThread }: RunnerSpec): boolean {
  return nWorkers === 1 && !inThread;
}

export function isLazy({ feed }: RunSpec): boolean {
  return LAZY.includes(feed);
}

/** Takes out of a case what would make it another question: jobs that nobody can end, a block over a stream. */
function lawful({ runners, runs }: Case): Case {
  return {
    runners: runners.map((runner) => ({
      ...runner,
      // One thread after the other: they take their time.
      maxJobsPerWorker: isInline(runner) ? undefined : runner.maxJobsPerWorker,
    })),
    runs: runs.map((run, n) => {
      // A runner has one block at a time.
      const isSecond = runs.slice(0, n).some(({ mode, runner }) => mode === 'block' && runner === run.runner);
      const mode = run.mode === 'block' && isSecond ? 'captured' : run.mode;
      return lawfulRun({ ...run, mode }, n, runners[run.runner]!);
    }),
  };
}

function lawfulRun(given: RunSpec, n: number, runner: RunnerSpec): RunSpec {
  const run = { ...given };
  // Places have no room for the number of the run.
  if (run.feed === 'places' && n > 0) run.feed = 'numbers';
  if (run.mode === 'stream' || run.mode === 'ordered') run.output = 'any';
  else if (run.stop?.type === 'leave') run.stop = undefined;
  if (run.mode === 'block') {
    run.feed = 'objects';
    run.isEndless = false;
  }
  // To write results in place, the inputs are counted first: those that never end are not.
  if (!isLazy(run) || run.output !== 'any') run.isEndless = false;
  // Slowly, or in step with a reader: what else goes on is a question of what comes first.
  if (run.isEndless && run.stop?.type !== 'leave') run.feed = 'slowGenerator';
  if (run.spread && (runner.worker === 'class' || CLAIMED.includes(run.feed))) run.spread = false;
  if (run.inputFault !== undefined) {
    const canThrow = isLazy(run);
    const isKept = run.inputFault.type === 'throws' ? canThrow : canThrow || run.feed === 'objects';
    if (!isKept || run.spread) run.inputFault = undefined;
  }
  if (run.isEndless && run.stop === undefined) run.stop = { type: 'abort', begun: 20 };
  if (run.isEndless && run.stop?.type === 'aborted') run.stop = { type: 'abort', milliseconds: 5 };
  // What a stray exception ends may be a job of any other place: then only one try is worth predicting.
  const strays = Object.values(run.places).some((acts) => acts.includes('stray'));
  let nHanging = 0;
  let nStrays = 0;
  const places: Record<number, readonly Act[]> = {};
  for (const [place, script] of Object.entries(run.places)) {
    const kept = script.map((act): Act => {
      if (isInline(runner) && (DEADLY.includes(act) || act === 'spin')) return 'throw';
      if (act === 'hoard' && !runner.isLimited) return 'exit';
      if (act === 'stray' && ++nStrays > 1) return 'value';
      if (HANGING.includes(act) && (run.timeout === undefined || ++nHanging > 2)) return 'later';
      if (isNestedInTime(act, run)) return 'value';
      if (run.output !== 'any' && act === 'reuse') return run.output === 'row' ? 'reuse' : 'value';
      if (run.output === 'number' && act === 'reuseLater') return 'later';
      return act;
    });
    // A function does not know which try it is.
    places[Number(place)] = runner.worker === 'function' || strays ? kept.slice(0, 1) : kept;
  }
  run.places = places;
  if (run.output === 'number' && run.usual === 'reuse') run.usual = 'value';
  if (isNestedInTime(run.usual, run)) run.usual = 'value';
  // A thread for each job or two, or a run in each job: not thousands of them.
  const isCostly = (runner.maxJobsPerWorker ?? 100) < 100 || run.usual === 'nested' || run.usual === 'later';
  if (isCostly) run.nJobs = Math.min(run.nJobs, 40);
  return run;
}

/** A thread that starts anew has much to load for a run of its own: whether that is done in time nobody can predict. */
function isNestedInTime(act: Act, { timeout }: RunSpec): boolean {
  return act === 'nested' && timeout !== undefined;
}
