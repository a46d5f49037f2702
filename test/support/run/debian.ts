import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** What tests need from the system, and how it is had on Debian. */

const needs = [
  { name: 'chromium', isThere: () => onPath('chromium') },
  { name: 'dbus', isThere: () => onPath('dbus-run-session') },
  { name: 'gnome-keyring', isThere: () => onPath('gnome-keyring-daemon') },
  {
    name: 'libsecret-1-0',
    isThere: () => /libsecret-1\.so\.0/.test(spawnSync('/sbin/ldconfig', ['-p']).stdout?.toString() ?? ''),
  },
  // A second reader of workbooks; its tests are left out where it is not there.
  { name: 'libreoffice-calc-nogui', isThere: () => onPath('soffice'), isOptional: true },
] as const;

function onPath(program: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/bin', '/usr/sbin'];
  return folders.some((folder) => existsSync(`${folder}/${program}`));
}

/** Installs what is missing when it may; returns what to tell a person when it may not. */
export function installNeeds(): string | undefined {
  const missing = () => needs.filter((need) => !need.isThere());
  if (missing().length === 0) return undefined;
  const names = (some: ReturnType<typeof missing>) => some.map(({ name }) => name);
  if (process.getuid?.() === 0 && onPath('apt-get')) {
    console.log(`Installing ${names(missing()).join(', ')} …`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const apt = (...args: string[]) =>
      spawnSync('apt-get', ['-qq', '-o', 'Dpkg::Use-Pty=0', ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] });
    apt('update');
    apt('install', '-y', '--no-install-recommends', ...names(missing()));
  }
  const left = names(missing().filter((need) => !('isOptional' in need)));
  return left.length === 0
    ? undefined
    : `The tests need these packages of Debian. Install them first:\n  sudo apt-get install ${left.join(' ')}`;
}
