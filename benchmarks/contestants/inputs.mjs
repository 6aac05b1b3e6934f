// What the jobs get. Made anew for each pass where a pass uses its inputs up.

const makers = {
  numbers: ({ nJobs }) => Float64Array.from({ length: nJobs }, (_, i) => i),
  sharedNumbers: ({ nJobs }) => shared(makers.numbers({ nJobs })),
  plainNumbers: ({ nJobs }) => Array.from({ length: nJobs }, (_, i) => i),
  objects: ({ nJobs }) =>
    Array.from({ length: nJobs }, (_, id) => ({ id, name: 'channel', x: id, y: 2 * id })),
  rounds: ({ nJobs, rounds }) => new Array(nJobs).fill(rounds),
  boxedRounds: ({ nJobs, rounds }) => Array.from({ length: nJobs }, () => ({ rounds })),
  arrays: ({ nJobs, length }) => Array.from({ length: nJobs }, (_, i) => wave(new Float64Array(length), i)),
  sharedArrays: ({ nJobs, length }) =>
    Array.from({ length: nJobs }, (_, i) => wave(new Float64Array(new SharedArrayBuffer(8 * length)), i)),
  sharedRows: ({ nJobs, length }) => {
    const data = new Float64Array(new SharedArrayBuffer(8 * nJobs * length));
    return { buffer: wave(data, 0).buffer, shape: [nJobs, length] };
  },

  // Milliseconds of unevenly long jobs, in the order that hurts.
  biggestLast: ({ scale = 1 }) =>
    Array.from({ length: 200 }, (_, i) => scale * 0.1 * 1000 ** ((i / 199) ** BEND)),
  lateSlow: ({ scale = 1 }) => [...new Array(4000).fill(0), ...new Array(40).fill(100 * scale)],
  fourUneven: ({ scale = 1 }) => [2000, 10, 1000, 10].map((ms) => ms * scale),
  slowInTheMiddle: ({ scale = 1 }) => {
    const milliseconds = new Array(1_000_000).fill(0);
    return milliseconds.fill(100 * scale, 500_000, 500_012);
  },
};

/** Bends the curve so that the 200 jobs take about 325 ms in one thread, 100 of them the last. */
const BEND = 13.6;

export function makeInputs(spec) {
  return makers[spec.inputs](spec);
}

function wave(samples, seed) {
  // The remainder keeps making them cheap; variance does not care.
  for (let i = 0; i < samples.length; i++) samples[i] = (i * 7 + seed) & 1023;
  return samples;
}

function shared(numbers) {
  const copy = new Float64Array(new SharedArrayBuffer(numbers.byteLength));
  copy.set(numbers);
  return copy;
}

/** How long list scheduling takes these jobs in this order: who is free first takes the next. */
export function scheduleBound(durations, threads) {
  const free = new Array(threads).fill(0);
  for (const duration of durations) {
    let first = 0;
    for (let t = 1; t < threads; t++) if (free[t] < free[first]) first = t;
    free[first] += duration;
  }
  return Math.max(...free);
}
