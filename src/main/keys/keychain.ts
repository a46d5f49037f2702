import { CallbookError } from '../../shared/errors.ts';

/** Keys of accounts in the keychain of the operating system; where there is none, in memory until Callbook quits. Never on disk. */

const SERVICE = 'Callbook';
/** A keychain that waits for a password nobody sees must not hold up the start. */
const PROBE_MS = 5_000;

export interface Keychain {
  /** null: usable; else one sentence for people why not. */
  readonly problem: string | null;
  /** The key for this session before the one in the keychain, unless that is the `refused` one and the keychain has another. */
  getKey(accountId: string, refused?: string): Promise<string | undefined>;
  /** Throws KEYCHAIN_UNAVAILABLE. */
  saveKey(accountId: string, key: string): Promise<void>;
  /** Keeps the key in memory only. */
  saveKeyForSession(accountId: string, key: string): void;
  isForSession(accountId: string): boolean;
  /** Throws KEYCHAIN_UNAVAILABLE. */
  deleteKey(accountId: string): Promise<void>;
}

interface Keytar {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
  deletePassword(service: string, account: string): Promise<boolean>;
}

/** Finds out whether there is a keychain by a harmless read; never throws. */
export async function openKeychain(): Promise<Keychain> {
  const keytar = await findKeytar();
  const session = new Map<string, string>();

  const keepingFailed = (cause: unknown) =>
    new CallbookError(
      'KEYCHAIN_UNAVAILABLE',
      'The key could not be kept: this computer’s keychain is locked or does not answer. Unlock it and try again, or keep the key for this session only.',
      { cause },
    );
  const removalFailed = (cause: unknown) =>
    new CallbookError(
      'KEYCHAIN_UNAVAILABLE',
      'The key could not be taken away: this computer’s keychain is locked or does not answer. Unlock it and try again.',
      { cause },
    );

  return {
    problem: keytar === undefined ? problemText() : null,
    async getKey(accountId, refused) {
      const kept = session.get(accountId);
      if ((kept !== undefined && kept !== refused) || keytar === undefined) return kept;
      return (await keytar.getPassword(SERVICE, accountId).catch(() => null)) ?? kept;
    },
    async saveKey(accountId, key) {
      if (keytar === undefined) throw keepingFailed(undefined);
      await keytar.setPassword(SERVICE, accountId, key).catch((cause: unknown) => {
        throw keepingFailed(cause);
      });
      session.delete(accountId);
    },
    saveKeyForSession(accountId, key) {
      session.set(accountId, key);
    },
    isForSession: (accountId) => session.has(accountId),
    async deleteKey(accountId) {
      session.delete(accountId);
      await keytar?.deletePassword(SERVICE, accountId).catch((cause: unknown) => {
        throw removalFailed(cause);
      });
    },
  };
}

async function findKeytar(): Promise<Keytar | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), PROBE_MS);
  });
  try {
    return await Promise.race([probe(), tooLate]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** Loading fails where the system's library is missing, reading where no keychain service runs. */
async function probe(): Promise<Keytar> {
  // Without a session bus the Linux library would try to start one and wait.
  if (
    process.platform === 'linux' &&
    process.env['DBUS_SESSION_BUS_ADDRESS'] === undefined &&
    process.env['XDG_RUNTIME_DIR'] === undefined
  ) {
    throw new Error('no session bus');
  }
  const { default: keytar } = (await import('keytar')) as unknown as { default: Keytar };
  await keytar.getPassword(SERVICE, 'probe');
  return keytar;
}

function problemText(): string {
  return process.platform === 'linux'
    ? 'This computer has no keychain that Callbook can use (a secret service such as GNOME Keyring or KWallet). A key can be kept for this session only.'
    : 'The keychain of this computer does not answer. A key can be kept for this session only.';
}
