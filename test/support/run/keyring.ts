import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';

/** Unlocks a keyring with an empty password in the session's own D-Bus, then becomes the program. */
const SCRIPT = 'printf "\\n" | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; exec "$@"';

/**
 * Runs a program in a private D-Bus session with the real keychain service, on an empty HOME: keys of tests touch nobody's keychain.
 * Resolves with its exit code.
 */
export async function runWithKeyring(command: string, args: readonly string[]): Promise<number> {
  const home = mkdtempSync(join(tmpdir(), 'callbook-home-'));
  try {
    const child = spawn('dbus-run-session', ['--', 'sh', '-c', SCRIPT, 'sh', command, ...args], {
      env: {
        ...process.env,
        HOME: home,
        XDG_CONFIG_HOME: join(home, '.config'),
        XDG_DATA_HOME: join(home, '.local/share'),
      },
      stdio: 'inherit',
    });
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? 1));
    });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
