import { jobs } from './jobs.mjs';

/** The plain loop, in one thread. */
export async function open({ job, output, method }) {
  const run = jobs[job];
  if (method === 'map') return { map: async (inputs) => inputs.map((input) => run(input)) };
  return {
    map: async (inputs) => {
      const results = output ? new Float64Array(inputs.length) : new Array(inputs.length);
      for (let i = 0; i < inputs.length; i++) results[i] = run(inputs[i]);
      return results;
    },
  };
}
