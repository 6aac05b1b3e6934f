import * as parajob from 'parajob';
import { describe, expectTypeOf, test } from 'vitest';

type Exports = typeof parajob;
type AnyAmong<T> = { [K in keyof T]-?: 0 extends 1 & T[K] ? K : never }[keyof T];

describe('nothing public is any', () => {
  test('no export, and no member of one', () => {
    expectTypeOf<AnyAmong<Exports>>().toEqualTypeOf<never>();
    expectTypeOf<AnyAmong<parajob.JobRunner>>().toEqualTypeOf<never>();
    expectTypeOf<AnyAmong<parajob.ParallelWorker>>().toEqualTypeOf<never>();
    expectTypeOf<AnyAmong<parajob.SharedArray>>().toEqualTypeOf<never>();
    expectTypeOf<AnyAmong<parajob.JobError>>().toEqualTypeOf<never>();
    expectTypeOf<AnyAmong<parajob.WorkerDiedError>>().toEqualTypeOf<never>();
    expectTypeOf<AnyAmong<Required<parajob.RunnerOptions>>>().toEqualTypeOf<never>();
    expectTypeOf<AnyAmong<Required<parajob.CountedRunOptions>>>().toEqualTypeOf<never>();
  });

  test('nor what functions return', () => {
    const runner = new parajob.JobRunner((x: number) => x);
    expectTypeOf(runner.runJobs([1])).resolves.items.not.toBeAny();
    expectTypeOf(runner.stream([1])).not.toBeAny();
    expectTypeOf(runner.outputFromSubmitted).not.toBeAny();
    expectTypeOf<ReturnType<Exports['stackResults']>>().not.toBeAny();
    expectTypeOf<ReturnType<Exports['sharedCopy']>>().not.toBeAny();
    expectTypeOf<ReturnType<ReturnType<Exports['partial']>>>().not.toBeAny();
    expectTypeOf<parajob.Job['input']>().not.toBeAny();
    expectTypeOf<parajob.MappedJob['args'][number]>().not.toBeAny();
  });
});
