import { parseArgs } from 'node:util';

/** The switches of Electron's command line that the stand-in knows; others are ignored, as Chromium ignores them. */
const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  strict: false,
  options: {
    'user-data-dir': { type: 'string' },
    'remote-debugging-port': { type: 'string' },
    headless: { type: 'boolean' },
  },
});

const port = values['remote-debugging-port'];
const dir = values['user-data-dir'];

export const switches = {
  /** The app: a folder with a package.json, or a script. */
  app: positionals[0] ?? '.',
  userDataDir: typeof dir === 'string' ? dir : undefined,
  debuggingPort: typeof port === 'string' ? Number(port) : undefined,
  isHeadless: values['headless'] === true,
} as const;
