import { join } from 'node:path';
import { z } from 'zod';
import { openJsonFile } from '../jsonFile.ts';
import type { Keychain } from './keychain.ts';
import type { Log } from '../log.ts';

const leftSchema = z.object({ accounts: z.array(z.string()).default([]) });

/**
 * The keychain, and in the profile the ids of accounts that were removed while it could not be used: their keys may be in it still, and
 * are taken away by the next start at which it answers. Removing such an account throws TARGET_NOT_WRITABLE where that cannot be noted.
 */
export async function withLeftKeys(keychain: Keychain, dataDir: string, log: Log): Promise<Keychain> {
  const file = await openJsonFile(join(dataDir, 'left-keys.json'), (stored) => leftSchema.parse(stored), log);
  const list = () => file.get().accounts;

  async function drop(accountId: string): Promise<void> {
    if (!list().includes(accountId)) return;
    file.set({ accounts: list().filter((id) => id !== accountId) });
    await file.settled();
  }

  async function clear(): Promise<void> {
    // Not those of the beginning: the key of an account may be kept anew meanwhile.
    for (let [accountId] = list(); accountId !== undefined; [accountId] = list()) {
      await keychain.deleteKey(accountId);
      await drop(accountId);
    }
  }

  // A keychain that asks for its password may take long.
  if (keychain.problem === null) clear().catch(() => log.warn('a key that was left in the keychain is still there'));

  return {
    ...keychain,
    async saveKey(accountId, key) {
      await drop(accountId);
      await keychain.saveKey(accountId, key);
    },
    async deleteKey(accountId) {
      await keychain.deleteKey(accountId);
      if (keychain.problem === null || list().includes(accountId)) return;
      file.set({ accounts: [...list(), accountId] });
      await file.settled();
    },
  };
}
