import type { Backend } from '../backends/backend.ts';
import type { Feed } from '../feeds/feed.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { LogLevel } from '../protocol/log-record.ts';
import type { OutputPlan, PlaceOrder, WearLimits, WorkerPlan } from '../protocol/messages.ts';
import type { CallSite } from '../protocol/stack-frames.ts';
import type { Reporter } from '../reporters/reporter.ts';
import type { OutcomeGroup } from '../results/outcome-group.ts';
import type { RetryPolicy } from './retries.ts';

/** What one run is to do, whatever its worker and inputs. */
export interface RunSetting {
  readonly backend: Backend;
  readonly worker: WorkerPlan;
  readonly output: OutputPlan | undefined;
  /** Whether a failed job leaves the others running. */
  readonly isCapturing: boolean;
  /** Whether what is captured is for the log: not where the caller gets each failure as it comes. */
  readonly logsFailures: boolean;
  /** Where the user started the run. */
  readonly calledFrom: CallSite;
  /** Milliseconds for a worker to be made. */
  readonly initTimeout: number | undefined;
  readonly wear: WearLimits | undefined;
  /** Takes outcomes as they come in; `inputOf` knows the inputs of their places until it returns. */
  readonly deliver: (group: OutcomeGroup, inputOf: (place: number) => unknown) => void;
}

export interface RunPlan extends RunSetting {
  readonly ledger: Ledger;
  readonly feed: Feed;
  /** Feed, ledger and lanes count turns; without an order, turns are places. */
  readonly order: PlaceOrder | undefined;
  readonly logLevel: LogLevel;
  readonly reporter: Reporter;
  readonly signal: AbortSignal | undefined;
  /** Milliseconds of run time for one job. */
  readonly timeout: number | undefined;
  readonly retries: RetryPolicy;
}
