import { type Job, type MappedJob, ParallelWorker } from 'parajob';
import type { Output, Script } from './case.ts';
import type { Diary } from './diary.mjs';

type Input = number | Float64Array | { readonly key: number };

export const RUN_BITS: number;
export function resultOf(key: number, output: Output): unknown;
export function torment(input: Input, scripts: readonly Script[], diary: Diary): unknown;
export function tormentSpread(key: number, text: string, scripts: readonly Script[], diary: Diary): unknown;
export class Tormentor extends ParallelWorker {
  constructor(scripts: readonly Script[], diary: Diary);
  override mapJob(job: Job<Input>): MappedJob;
  paraMethod(key: number, attempt: number): unknown;
  override exit(): number;
}
