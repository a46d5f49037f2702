import { join } from 'node:path';
import { readSettings, type Settings } from '../shared/settings.ts';
import { openJsonFile } from './jsonFile.ts';
import type { Log } from './log.ts';

/** What is undefined stays as it is. */
type Change = { readonly [Name in keyof Settings]?: Settings[Name] | undefined };

export interface SettingsFile {
  get(): Settings;
  /** Holds at once; the file follows. */
  change(change: Change): Settings;
  /** As after the first start. */
  reset(): void;
  /** Resolves once the file holds the last change. */
  settled(): Promise<void>;
}

/** Opens `settings.json` in the profile. */
export async function openSettings(dataDir: string, log: Log): Promise<SettingsFile> {
  const file = await openJsonFile(join(dataDir, 'settings.json'), readSettings, log);
  return {
    get: () => file.get(),
    change(change) {
      const given = Object.entries(change).filter(([, value]) => value !== undefined);
      file.set({ ...file.get(), ...Object.fromEntries(given) });
      return file.get();
    },
    reset: () => file.set(readSettings({})),
    settled: () => file.settled(),
  };
}
