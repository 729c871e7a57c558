import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [
      'test/e2e/**',
      'test/browser/**',
      'test/chart/**',
      'test/image/**',
      'test/telemetry/**',
      '**/node_modules/**',
    ],
    testTimeout: 30_000,
    fakeTimers: { toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] },
  },
});
