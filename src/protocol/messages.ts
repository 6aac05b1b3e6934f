import type { DType } from '../arrays/dtype.ts';
import type { LedgerHandle } from '../ledger/ledger.ts';
import type { FixedValues } from './fixed-values.ts';
import type { LogLevel, LogRecord } from './log-record.ts';
import type { WireThrown } from './wire-error.ts';
import type { Watched, WorkerReference } from './worker-reference.ts';

/** Sent once a lane, as the task of its thread. */
export interface LaneStart {
  /** The lane's seat in the ledger, and the `workerId` that its jobs see. */
  readonly lane: number;
  /** Which lane in that seat this is. */
  readonly sitting: number;
  readonly ledger: LedgerHandle;
  readonly worker: WorkerPlan;
  readonly source: LaneSource;
  /** The place of each turn, if they are not the same: then ledger and messages count turns, and jobs see places. */
  readonly order: PlaceOrder | undefined;
  /** Where results are written in place; absent when they travel. */
  readonly output: OutputPlan | undefined;
  readonly logLevel: LogLevel;
  /** How much a worker may be used before another takes its place; absent: for ever. */
  readonly wear: WearLimits | undefined;
}

/** Which place comes at which turn, in memory that lanes share. */
export type PlaceOrder = Int32Array<SharedArrayBuffer>;

export interface WearLimits {
  readonly jobs?: number | undefined;
  readonly heapBytes?: number | undefined;
}

/** What a lane makes its worker of. */
export interface WorkerPlan {
  /** Names the runner: a thread keeps one instance of the worker for each. */
  readonly runnerId: number;
  /** Absent where the lane shares main's thread. */
  readonly reference: WorkerReference | undefined;
  /** The values of variables that shipped source has taken along; one list. */
  readonly captured: FixedValues | undefined;
  /** What of it jobs might write to without anybody seeing it in their text. */
  readonly watched?: readonly Watched[];
  /** For a class, what its constructor gets. */
  readonly workerArgs: FixedValues;
  /** For a function, what follows the input. */
  readonly trailing: FixedValues;
  /** Whether an input is the list of arguments. */
  readonly spread: boolean;
}

/** Where a lane's inputs come from. */
export type LaneSource =
  /** The place is the input. */
  | { readonly type: 'places' }
  /** Element `place` of a typed array in shared memory. */
  | {
      readonly type: 'elements';
      readonly dtype: DType;
      readonly buffer: SharedArrayBuffer;
      readonly byteOffset: number;
      readonly length: number;
    }
  /** Row `place` of a shared array. */
  | {
      readonly type: 'rows';
      readonly dtype: DType;
      readonly buffer: SharedArrayBuffer;
      readonly byteOffset: number;
      readonly nRows: number;
      readonly rowLength: number;
    }
  /** Batches that main posts. */
  | { readonly type: 'posted' };

/** Results go to `rowLength` elements from `place * rowLength`. */
export interface OutputPlan {
  readonly dtype: DType;
  readonly buffer: SharedArrayBuffer;
  readonly byteOffset: number;
  readonly nRows: number;
  /** 1 for scalars. */
  readonly rowLength: number;
  /** Whether a row is one number, or an array of them. */
  readonly isScalar: boolean;
}

/** Main to lane. */
export type ToLane =
  /** Consecutive places from `first`, with their inputs. */
  | {
      readonly type: 'batch';
      readonly first: number;
      readonly inputs: FixedValues;
      /** Which try at these places this is, if it is not the first. */
      readonly attempt?: number;
    }
  /** No more batches: the lane is over when it has done what it has. */
  | { readonly type: 'end' };

/** Lane to main. */
export type FromLane =
  | OutcomesMessage
  | { readonly type: 'log'; readonly record: LogRecord }
  /** The worker could not be made; the lane is over. */
  | { readonly type: 'unfit'; readonly error: WireThrown }
  /** Last words: the lane is over, and its thread is free. */
  | {
      readonly type: 'over';
      /** What its outcomes have not told. */
      readonly worked: Worked;
      /** The worker has come to one of its limits: the thread should be replaced. */
      readonly isWornOut: boolean;
    };

/** A group of outcomes. Those of jobs whose results were written in place are in the ledger instead. */
export interface OutcomesMessage {
  readonly type: 'outcomes';
  /** Fulfilled places as runs: first place, number of places, and so on. */
  readonly runs: readonly number[];
  readonly outputs: FixedValues;
  readonly rejections: readonly Rejection[];
  readonly worked: Worked;
}

export interface Rejection {
  readonly place: number;
  readonly thrown: WireThrown;
}

/** How long jobs took in their worker: the measure of batches, and of whether threads were worth it. */
export interface Worked {
  readonly jobs: number;
  readonly milliseconds: number;
}
