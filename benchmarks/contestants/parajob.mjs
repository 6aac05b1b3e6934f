import { jobs } from './jobs.mjs';
import { movedMegabyte } from './moved.mjs';

/**
 * The package through its front door. `build` may name another build of it, `perPass` makes a runner for every
 * pass, `hint` says how long jobs take, `ownOutput` has results written into the same memory in every pass, `pick`
 * chooses from a pair that a run resolves to, `isReady` waits for all threads first, `runner` goes to the constructor and `run` to `runJobs` as they are.
 */
export async function open({
  job,
  threads,
  build = 'parajob',
  perPass,
  hint,
  ownOutput,
  runner: ofRunner = {},
  run = {},
  pick,
  isReady,
}) {
  const { JobRunner, SharedArray } = await import(build);
  let kept;
  const options = hint ? { ...run, costOf: (milliseconds) => milliseconds } : run;
  const create = () =>
    new JobRunner(job === 'movedMegabyte' ? movedMegabyte : jobs[job], { nWorkers: threads, ...ofRunner });
  const runner = create();
  if (isReady) await runner.ready();
  return {
    // Rows come as memory and shape, since inputs know nothing of any contestant.
    prepare: (inputs) => (inputs.shape ? new SharedArray('float64', inputs.shape, inputs.buffer) : inputs),
    map: async (inputs) => {
      if (ownOutput) kept ??= new Float64Array(new SharedArrayBuffer(8 * inputs.length));
      const given = ownOutput ? { ...options, output: kept } : options;
      const results = await (perPass ? create() : runner).runJobs(inputs, given);
      return pick === undefined ? results : results[pick];
    },
    close: () => runner.close(),
  };
}
