import { defineConfig } from 'vitest/config';

/** The chart as helm renders it. Builds helm and kubeconform first where need be. */
export default defineConfig({
  test: {
    include: ['test/chart/**/*.test.ts'],
    globalSetup: ['test/chart/setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 900_000,
  },
});
