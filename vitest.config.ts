import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Files of parts that leave nothing behind in their process, and so may share one, which saves its start and their imports. */
const sharing = [
  ...['feeds', 'ledger', 'npy', 'options', 'protocol', 'reporters', 'results', 'rows', 'run', 'worker'].map(
    (folder) => `test/${folder}/**/*.test.ts`,
  ),
];
const elsewhere = ['test/packages/**', 'test/examples/**', 'test/large/**', '**/node_modules/**'];

const config: ViteUserConfig = defineConfig({
  resolve: {
    // The calling thread runs the sources, so that coverage sees them; threads run the build.
    alias: [
      { find: /^parajob$/, replacement: fileURLToPath(new URL('./src/index.ts', import.meta.url)) },
      { find: 'parajob/npy', replacement: fileURLToPath(new URL('./src/npy/index.ts', import.meta.url)) },
    ],
  },
  test: {
    projects: [
      { extends: true, test: { name: 'parts', include: sharing, isolate: false } },
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts'],
          exclude: [...elsewhere, ...sharing],
          typecheck: {
            enabled: true,
            include: ['test/types/**/*.test-d.ts'],
            tsconfig: fileURLToPath(new URL('./test/types/tsconfig.json', import.meta.url)),
          },
        },
      },
    ],
    testTimeout: 20_000,
    // Threads wait for each other more than they work: a file for each core is not too much.
    maxWorkers: '100%',
    coverage: { provider: 'v8', include: ['src/**'] },
  },
});

export default config;
