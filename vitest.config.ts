import { defineConfig } from 'vitest/config';

/** A condition that is waited for may take its time on a busy machine; where it holds, nobody waits. */
const patient = { poll: { timeout: 15_000 } };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/{main,shared,renderer}/**/*.test.ts'],
          // Real SQLite files, servers and worker threads; property tests run hundreds of cases. On two busy cores that takes time.
          testTimeout: 240_000,
          // What they stand on, some begin in hooks: a browser, a sync.
          hookTimeout: 240_000,
          expect: patient,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          // Each test has a whole app with a browser; two at once would only wait for each other.
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          setupFiles: ['test/support/endHung.ts'],
          // A window on a busy machine may take an unforeseen turn. The report names each test that needed its second try: mend those, too.
          retry: 1,
          expect: patient,
        },
      },
    ],
  },
});
