import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  resolve: {
    // The calling thread runs the sources, so that coverage sees them; threads run the build.
    alias: [
      { find: /^parajob$/, replacement: fileURLToPath(new URL('./src/index.ts', import.meta.url)) },
      { find: 'parajob/npy', replacement: fileURLToPath(new URL('./src/npy/index.ts', import.meta.url)) },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/packages/**', 'test/examples/**', 'test/large/**', '**/node_modules/**'],
    typecheck: {
      enabled: true,
      include: ['test/types/**/*.test-d.ts'],
      tsconfig: fileURLToPath(new URL('./test/types/tsconfig.json', import.meta.url)),
    },
    testTimeout: 20_000,
    // Threads wait for each other more than they work: a file for each core is not too much.
    maxWorkers: '100%',
    coverage: { provider: 'v8', include: ['src/**'] },
  },
});

export default config;
