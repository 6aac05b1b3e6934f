import { defineConfig, type ViteUserConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** Every way to start a program, on the Node that PARAJOB_NODE names. */
const config: ViteUserConfig = defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/packages/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    typecheck: { enabled: false },
    testTimeout: 60_000,
  },
});

export default config;
