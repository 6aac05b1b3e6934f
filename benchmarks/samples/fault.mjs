// How long after a fault a run is settled. Jobs note in shared memory when it happens.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { JobRunner, SharedArray } from 'parajob';
import { median, tell } from './tell.mjs';

const TIMEOUT_MS = 100;
const { fault, passes, nWorkers, isChild } = JSON.parse(process.argv[2]);
const at = SharedArray.zeros('float64', [1]);

const faults = {
  exit: () => {
    note();
    process.exit(1);
  },
  timer: async () => {
    setImmediate(() => {
      note();
      throw new Error('stray');
    });
    await new Promise(() => {});
  },
  memory: () => {
    for (const held = []; ; held.push(new Array(10_000).fill(held.length))) note();
  },
  endless: () => {
    note();
    for (;;);
  },
};

function note() {
  at.data[0] = performance.timeOrigin + performance.now();
}

let diedAt = 0;
process.on('worker', (worker) => {
  worker.once('exit', () => {
    diedAt ||= performance.timeOrigin + performance.now();
  });
});

if (isChild) {
  new JobRunner(faults.endless, { nWorkers }).runJobs({ nJobs: nWorkers });
  const watch = setInterval(() => {
    if (at.data[0] === 0) return;
    clearInterval(watch);
    process.send('running');
  }, 5);
} else {
  const times = [];
  const sinceDeath = [];
  for (let i = 0; i < passes; i++) {
    if (fault in faults) {
      const { ofFault, ofDeath } = await settle();
      times.push(ofFault);
      sinceDeath.push(ofDeath);
    } else times.push(await (fault === 'interrupt' ? interrupt() : abort()));
  }
  tell({
    ms: median(times),
    mostMs: Math.max(...times),
    ...(sinceDeath.length > 0 && { deathMs: median(sinceDeath), mostDeathMs: Math.max(...sinceDeath) }),
  });
}

/** From the fault of one job, and from the end of its thread, to the end of its run; what is left then are a few jobs that do nothing. */
async function settle() {
  const job = faults[fault];
  const runner = new JobRunner((place) => (place === 3 ? job() : place), {
    nWorkers,
    singleJobInThread: true,
    ...(fault === 'memory' && { resourceLimits: { maxOldGenerationSizeMb: 32 } }),
  });
  await runner.ready();
  diedAt = 0;
  const timeout = fault === 'endless' ? { timeout: TIMEOUT_MS } : {};
  const options = { nJobs: 8, returnExceptions: true, logLevel: 'silent', progress: false, ...timeout };
  const [, exceptions] = await runner.runJobs(options);
  const end = performance.timeOrigin + performance.now();
  if (exceptions.length !== 1) throw new Error(`${exceptions.length} jobs have failed, not one`);
  const ofDeath = end - diedAt;
  await runner.close();
  return { ofFault: end - at.data[0] - (fault === 'endless' ? TIMEOUT_MS : 0), ofDeath };
}

/** From the abort of a run to its rejection. */
async function abort() {
  const controller = new AbortController();
  const runner = new JobRunner(faults.endless, { nWorkers });
  at.data[0] = 0;
  const rejected = runner.runJobs({ nJobs: nWorkers, signal: controller.signal }).catch(() => {});
  while (at.data[0] === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const start = performance.now();
  controller.abort();
  await rejected;
  return performance.now() - start;
}

/** From the signal to the end of a process whose jobs never yield. */
function interrupt() {
  return new Promise((resolve, reject) => {
    const spec = JSON.stringify({ fault: 'endless', nWorkers, isChild: true });
    const child = spawn(process.execPath, [fileURLToPath(import.meta.url), spec], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    let start = 0;
    child.on('message', () => {
      start = performance.now();
      child.kill('SIGINT');
    });
    child.on('exit', (_, signal) => {
      if (signal === 'SIGINT') resolve(performance.now() - start);
      else reject(new Error('it has not ended as by Ctrl-C'));
    });
  });
}
