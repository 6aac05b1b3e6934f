// What a function costs that is found, with its variables, through inspector and parser, in a fresh process.
import { Session } from 'node:inspector';
import { JobRunner } from 'parajob';
import { resolveWorker } from '../../dist/internals/resolve/resolve-worker.js';
import { square } from '../contestants/jobs.mjs';
import { median, tell } from './tell.mjs';

const { threads, run } = JSON.parse(process.argv[2]);

const rate = 2;
const offsets = [1, 2, 3];
const names = new Map([['a', 1]]);
let runs = 0;
const scale = (x) => x * rate;
const closure = (x) => scale(x) + offsets[0];

class Counter {
  constructor(start) {
    this.start = start;
  }
  upTo(x) {
    return this.start + x * rate;
  }
}

const further = [
  (x) => scale(x) - offsets[1],
  (x) => names.get('a') + x,
  (x) => new Counter(offsets[2]).upTo(x),
  (x) => scale(scale(x)),
  (x) => `${names.size} ${x}`,
];

if (run) {
  const start = performance.now();
  await new JobRunner(run === 'closure' ? closure : square, { nWorkers: threads }).runJobs([3, 4]);
  tell({ tookMs: performance.now() - start });
}

const inspector = watchInspector();
const tookMs = timed(() => resolveWorker(closure));
const inspectorMs = inspector.stop();
const furtherMs = Math.max(...further.map((fn) => timed(() => resolveWorker(fn))));
const [knownMs, changedMs] = [further[4], (x) => x * runs].map((fn) =>
  median(Array.from({ length: 500 }, () => timed(() => resolveWorker(fn)))),
);
runs++;
tell({ tookMs, inspectorMs, furtherMs, knownMs, changedMs });

function timed(act) {
  const start = performance.now();
  act();
  return performance.now() - start;
}

/** Sums up the time that its questions take, until it is stopped. */
function watchInspector() {
  let sum = 0;
  const { connect, post, disconnect } = Session.prototype;
  for (const [name, method] of Object.entries({ connect, post, disconnect })) {
    Session.prototype[name] = function (...args) {
      const start = performance.now();
      try {
        return method.apply(this, args);
      } finally {
        sum += performance.now() - start;
      }
    };
  }
  return {
    stop() {
      Object.assign(Session.prototype, { connect, post, disconnect });
      return sum;
    },
  };
}
