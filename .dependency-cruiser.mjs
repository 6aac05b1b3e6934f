/**
 * The arrows of the house. Folders are stages of a run; top-level files join them; stages do not know each other.
 * `worker/` is the other side of the border; `protocol/`, `ledger/` and `arrays/` serve both sides.
 */
const stage = (name, allowed) => ({
  name: `${name}-imports`,
  severity: 'error',
  from: { path: `^src/${name}/` },
  to: {
    path: '^src/',
    pathNot: [`^src/${name}/`, '^src/errors\\.ts$', ...allowed.map((path) => `^src/${path}`)],
  },
});

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    stage('arrays', []),
    stage('ledger', []),
    stage('protocol', ['arrays/', 'ledger/']),
    stage('worker', ['arrays/', 'ledger/', 'protocol/']),
    stage('resolve', ['protocol/', 'arrays/brand\\.ts$']),
    stage('feeds', ['arrays/', 'ledger/', 'protocol/']),
    stage('results', ['arrays/', 'protocol/messages\\.ts$', 'inference\\.ts$']),
    stage('reporters', ['protocol/log-record\\.ts$']),
    stage('threads', [
      'protocol/',
      'arrays/liveness\\.ts$',
      'worker/(thread-entry|port-link)\\.ts$',
      'cores\\.ts$',
    ]),
    stage('backends', ['protocol/', 'threads/', 'worker/']),
    stage('run', [
      'backends/',
      'feeds/',
      'ledger/',
      'protocol/',
      'reporters/',
      'results/outcome-group\\.ts$',
      'check-run-options\\.ts$',
      'read-options\\.ts$',
    ]),
    {
      name: 'one-file-names-piscina',
      severity: 'error',
      from: { pathNot: '^src/threads/thread\\.ts$' },
      to: { path: 'node_modules/piscina' },
    },
    {
      name: 'one-file-names-cli-progress',
      severity: 'error',
      from: { pathNot: '^src/reporters/bar\\.ts$' },
      to: { path: 'node_modules/(@types/)?cli-progress' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'] },
  },
};
