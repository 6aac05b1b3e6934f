import { defineConfig, type ViteUserConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** What takes longer: every way to start a program, on the Node that PARAJOB_NODE names, the examples, and gigabytes. */
const config: ViteUserConfig = defineConfig({
  ...base,
  test: {
    include: ['test/packages/**/*.test.ts', 'test/examples/**/*.test.ts', 'test/large/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: '100%',
  },
});

export default config;
