import { Worker } from 'node:worker_threads';

/**
 * What hand-written code on bare threads can do with messages: `chunk` inputs in each, two messages ahead for every
 * thread. With `transfer`, 'in' or 'out', typed arrays change hands instead of being cloned.
 */
export async function open({ job, threads, chunk = 1, transfer }) {
  const workers = Array.from(
    { length: threads },
    () =>
      new Worker(new URL('./limit-posted-thread.mjs', import.meta.url), { workerData: { job, transfer } }),
  );
  return {
    map: (inputs) => Promise.all(share(workers, inputs, chunk, transfer)).then((parts) => parts[0]),
    close: () => Promise.all(workers.map((worker) => worker.terminate())),
  };
}

const AHEAD = 2;

function share(workers, inputs, chunk, transfer) {
  const results = new Array(inputs.length).fill(undefined);
  let next = 0;
  return workers.map(
    (worker) =>
      new Promise((resolve) => {
        let nPosted = 0;
        const post = () => {
          if (next >= inputs.length) return;
          const part = inputs.slice(next, next + chunk);
          nPosted++;
          worker.postMessage(
            { first: next, part },
            transfer === 'in' ? part.map(({ buffer }) => buffer) : [],
          );
          next += part.length;
        };
        const take = ({ first, part }) => {
          nPosted--;
          post();
          for (let i = 0; i < part.length; i++) results[first + i] = part[i];
          if (nPosted > 0) return;
          worker.off('message', take);
          resolve(results);
        };
        worker.on('message', take);
        for (let i = 0; i < AHEAD; i++) post();
        if (nPosted === 0) resolve(results);
      }),
  );
}
