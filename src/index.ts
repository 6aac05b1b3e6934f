/**
 * The parallel map for analysis code: {@link JobRunner} maps inputs over every core.
 *
 * @packageDocumentation
 */
export { type ColumnChunk, type ColumnsInto, fillColumns } from './arrays/columns.ts';
export type { ComplexDType, DType, ElementOf, RealDType, TypedArray, TypedArrayOf } from './arrays/dtype.ts';
export type { Lock } from './arrays/lock.ts';
export type { DTypeIn, NumericData } from './arrays/nested.ts';
export { type NestedArray, SharedArray, sharedCopy, type WrappableData } from './arrays/shared-array.ts';
export type { ArrowVector, StdlibArray, StridedArray } from './arrays/strided.ts';
export {
  type ErrorCode,
  JobError,
  type JobErrorDetails,
  JobRunnerError,
  JobTimeoutError,
  type WorkerDeath,
  WorkerDiedError,
} from './errors.ts';
export type {
  AnyWorker,
  InputOf,
  Inputs,
  Outcome,
  OutputOf,
  Results,
  RunResult,
  WorkerClass,
  WorkerFunction,
} from './inference.ts';
export { JobRunner, type Submit } from './job-runner.ts';
export type {
  CostHint,
  CountedRunOptions,
  CountedStreamOptions,
  OutputArray,
  ResourceLimits,
  RetryOptions,
  RunnerOptions,
  RunOptions,
  StreamOptions,
  StreamRunOptions,
} from './options.ts';
export { type PartialFunction, partial } from './partial.ts';
export type { LogLevel } from './protocol/log-record.ts';
export { move } from './protocol/move.ts';
export type { ProgressBarLike, ProgressBarOptions, ProgressOption } from './reporters/progress-option.ts';
export type { ModuleReference } from './resolve/module-reference.ts';
export { stackResults } from './results/stack-results.ts';
export type { ArgumentKey, SplitRowsOptions } from './rows/split-options.ts';
export { type SplitResult, splitRows } from './rows/split-rows.ts';
export { type Log, log } from './worker/log.ts';
export { type Job, type MappedJob, ParallelWorker } from './worker/parallel-worker.ts';
