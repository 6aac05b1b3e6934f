import { jobs } from './jobs.mjs';
import { movedMegabyte } from './moved.mjs';

/**
 * The package through its front door. `build` may name another build of it, `perPass` makes a runner for every
 * pass, `hint` says how long jobs take, `pick` chooses from a pair that a run resolves to, `runner` goes to
 * the constructor and `run` to `runJobs` as they are.
 */
export async function open({
  job,
  threads,
  build = 'parajob',
  perPass,
  hint,
  runner: ofRunner = {},
  run = {},
  pick,
}) {
  const { JobRunner, SharedArray } = await import(build);
  const options = hint ? { ...run, costOf: (milliseconds) => milliseconds } : run;
  const create = () =>
    new JobRunner(job === 'movedMegabyte' ? movedMegabyte : jobs[job], { nWorkers: threads, ...ofRunner });
  const runner = create();
  return {
    // Rows come as memory and shape, since inputs know nothing of any contestant.
    prepare: (inputs) => (inputs.shape ? new SharedArray('float64', inputs.shape, inputs.buffer) : inputs),
    map: async (inputs) => {
      const results = await (perPass ? create() : runner).runJobs(inputs, options);
      return pick === undefined ? results : results[pick];
    },
    close: () => runner.close(),
  };
}
