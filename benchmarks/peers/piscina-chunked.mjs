import { Piscina } from 'piscina';
import { mapWith } from './in-flight.mjs';

/** Common advice: put many inputs into each task by hand. How many is chosen for each kind of work. */
export async function open({ job, threads, chunk }) {
  const pool = new Piscina({
    filename: new URL('./piscina-thread.mjs', import.meta.url).href,
    name: 'chunk',
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker: 2,
    atomics: 'disabled',
    recordTiming: false,
  });
  const mapChunks = mapWith((inputs) => pool.run({ job, inputs }), 2 * threads);
  return {
    map: async (inputs) => {
      const chunks = [];
      for (let i = 0; i < inputs.length; i += chunk) chunks.push(inputs.slice(i, i + chunk));
      const parts = await mapChunks(chunks);
      if (Array.isArray(inputs)) return parts.flat();
      const results = new Float64Array(inputs.length);
      for (let i = 0; i < parts.length; i++) results.set(parts[i], i * chunk);
      return results;
    },
    close: () => pool.destroy(),
  };
}
