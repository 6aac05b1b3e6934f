import type { LaneEnding } from './backends/backend.ts';
import { JobRunnerError } from './errors.ts';
import { LaneWatch } from './ledger/lane-watch.ts';
import { Ledger } from './ledger/ledger.ts';
import { restoreThrown } from './protocol/wire-error.ts';
import { diedAtStart, tookTooLongToStart } from './run/failures.ts';
import type { RunSetting } from './run/run-plan.ts';

const { setInterval, clearInterval, setTimeout, clearTimeout } = globalThis;

/** Any delay that is longer than a program waits. */
const LONG_MS = 2 ** 30;

/**
 * Opens every lane that a run could have, without a job: each loads its worker, and is over. All ask for their
 * threads at once, so each has a thread of its own. Rejects with the reason of `signal` once that is aborted.
 */
export async function readyLanes(
  { backend, worker, initTimeout }: Pick<RunSetting, 'backend' | 'worker' | 'initTimeout'>,
  signal: AbortSignal,
): Promise<void> {
  const ledger = Ledger.create(backend.nLanes, 0);
  // Threads that start do not hold the process; whoever waits for them wants it to.
  const keepAlive = setInterval(() => {}, LONG_MS);
  const abort: (() => void)[] = [];
  const lanes = Array.from({ length: backend.nLanes }, (_, lane) => {
    return new Promise<void>((resolve, reject) => {
      const watch = new LaneWatch(ledger, lane);
      const start = {
        lane,
        sitting: watch.seatNext(),
        ledger: ledger.handle,
        worker,
        source: { type: 'places' },
        order: undefined,
        output: undefined,
        logLevel: 'warn',
        wear: undefined,
      } as const;
      const open = backend.open(start, {
        started: () => {},
        tick: () => {},
        message: (message) => {
          if (message.type === 'unfit') reject(restoreThrown(message.error));
        },
        over: (ending) => {
          clearTimeout(timer);
          if (ending.type === 'finished') resolve();
          else reject(failureOf(ending, lane));
        },
      });
      const timer = setTimeout(() => {
        reject(tookTooLongToStart(lane, initTimeout ?? 0));
        open.kill();
      }, initTimeout ?? LONG_MS).unref();
      abort.push(() => {
        reject(signal.reason);
        if (watch.abandon()) open.cancel();
      });
    });
  });
  // One listener, however many lanes: Node warns of more than ten.
  signal.addEventListener('abort', () => {
    for (const one of abort) one();
  });
  try {
    await Promise.all(lanes);
  } finally {
    await Promise.allSettled(lanes);
    clearInterval(keepAlive);
  }
}

function failureOf(ending: Exclude<LaneEnding, { type: 'finished' }>, lane: number): unknown {
  if (ending.type === 'died') return diedAtStart(lane, ending);
  const { error } = ending;
  return error instanceof Error
    ? error
    : new JobRunnerError('WORKER_NOT_LOADED', String(error), { cause: error });
}
