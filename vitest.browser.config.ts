import { defineConfig } from 'vitest/config';

/** The pages in dist/reference, in a real Chromium. `npm run build` comes first. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    globalSetup: ['test/browser/setup.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
