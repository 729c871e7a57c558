import { defineConfig } from 'vitest/config';

/** Against the real API server and the AWS emulator: slow to start, so one file after the other. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts', 'test/image/**/*.test.ts', 'test/telemetry/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 900_000,
  },
});
