import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readSettings, usualSettings, type Settings } from '../shared/settings.ts';
import type { Log } from './log.ts';

/** What is undefined stays as it is. */
type Change = { readonly [Name in keyof Settings]?: Settings[Name] | undefined };

export interface SettingsFile {
  get(): Settings;
  /** Applies the change at once; the file follows, written beside and renamed. */
  change(change: Change): Settings;
  /** Resolves once the file holds the last change. */
  settled(): Promise<void>;
}

/** Opens `settings.json` in the profile. A file that cannot be read is kept as `settings.broken.json`, and the defaults are used. */
export async function openSettings(dataDir: string, log: Log): Promise<SettingsFile> {
  const file = join(dataDir, 'settings.json');
  let settings = await read(file, log);
  let writing: Promise<void> | undefined;

  async function write(): Promise<void> {
    const written = settings;
    await writeFile(`${file}.part`, JSON.stringify(written, null, 2), { mode: 0o600 });
    await rename(`${file}.part`, file);
    if (written !== settings) await write();
  }

  return {
    get: () => settings,
    change(change) {
      settings = {
        ...settings,
        ...Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)),
      };
      writing ??= write()
        .catch(() => log.error('the settings could not be written'))
        .finally(() => (writing = undefined));
      return settings;
    },
    settled: async () => writing,
  };
}

async function read(file: string, log: Log): Promise<Settings> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return usualSettings;
  try {
    return readSettings(JSON.parse(text));
  } catch {
    log.warn('the settings cannot be read; the file is kept as settings.broken.json');
    await rename(file, file.replace(/\.json$/, '.broken.json')).catch(() => undefined);
    return usualSettings;
  }
}
