import type { CheckedRun } from '../check-run-options.ts';
import { JobRunnerError } from '../errors.ts';
import { biggestFirst, inTurns, turnsOf } from '../feeds/biggest-first.ts';
import { ClaimedFeed, claimedInputs, placesAsInputs } from '../feeds/claimed-feed.ts';
import { inputsFailed } from '../feeds/input-reader.ts';
import { LentMemory } from '../feeds/lent-memory.ts';
import { PostedFeed } from '../feeds/posted-feed.ts';
import { Ledger } from '../ledger/ledger.ts';
import type { RunInputs } from '../read-options.ts';
import { createReporter } from '../reporters/create-reporter.ts';
import { Run } from './run.ts';
import type { RunPlan, RunSetting } from './run-plan.ts';

/** Inline jobs move one by one: the bar moves with each, and a debugger sees no helping of others behind it. */
const INLINE_BATCH = 1;

/** Chooses the feed, lays out the ledger, and puts a run together. */
export function prepareRun({ inputs, count, asRead, options }: CheckedRun, setting: RunSetting): Run {
  const { backend } = setting;
  const { costOf } = options;
  const claimed = inputs === undefined ? placesAsInputs(count ?? 0) : asClaimed(inputs);
  const inputOf = claimed?.inputOf ?? ((place: number) => (inputs as readonly unknown[])[place]);
  const order = costOf && biggestFirst(count ?? 0, inputOf, costOf);
  const ledger = Ledger.create(backend.nLanes, claimed?.nJobs ?? 0);
  const rest = {
    ...setting,
    ledger,
    order,
    logLevel: options.logLevel,
    timeout: options.timeout,
    retries: options.retries,
    signal: options.signal,
    reporter: createReporter({ progress: options.progress, logLevel: options.logLevel }),
  };
  if (claimed === undefined)
    return postedRun(
      order ? inTurns(inputs as readonly unknown[], order) : (inputs as RunInputs),
      rest,
      order && asRead ? turnsOf(asRead, order) : asRead,
    );
  return new Run({ ...rest, feed: new ClaimedFeed(claimed, ledger, order) });
}

/** Looks at the inputs: that may run code of theirs. */
function asClaimed(inputs: RunInputs): ReturnType<typeof claimedInputs> {
  try {
    return claimedInputs(inputs);
  } catch (cause) {
    throw cause instanceof JobRunnerError ? cause : inputsFailed(cause);
  }
}

function postedRun(
  inputs: RunInputs,
  rest: Omit<RunPlan, 'feed'>,
  asRead: Map<number, unknown> | undefined,
): Run {
  const { backend } = rest;
  const longestBatch = backend.type === 'inline' ? INLINE_BATCH : Number.POSITIVE_INFINITY;
  const lender =
    backend.type === 'inline'
      ? undefined
      : new LentMemory((message) => rest.reporter.log({ level: 'warn', message }));
  const events = {
    arrival: () => run.work(),
    uncloneable: (turn: number, input: unknown, error: unknown) => run.rejectTurn(turn, input, error),
    failed: (error: unknown) => run.stop(error),
  };
  const keeping = { lender, triesAgain: rest.retries.limit > 0, ...(asRead && { asRead }) };
  const feed = new PostedFeed(inputs, backend.nLanes, longestBatch, events, keeping);
  const run = new Run({ ...rest, feed });
  return run;
}
