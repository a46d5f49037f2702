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
] as const;

function onPath(program: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/bin', '/usr/sbin'];
  return folders.some((folder) => existsSync(`${folder}/${program}`));
}

/** Installs what is missing when it may; returns what to tell a person when it may not. */
export function installNeeds(): string | undefined {
  const missing = () => needs.filter((need) => !need.isThere()).map((need) => need.name);
  if (missing().length === 0) return undefined;
  if (process.getuid?.() === 0 && onPath('apt-get')) {
    console.log(`Installing ${missing().join(', ')} …`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const apt = (...args: string[]) =>
      spawnSync('apt-get', ['-qq', '-o', 'Dpkg::Use-Pty=0', ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] });
    apt('update');
    apt('install', '-y', '--no-install-recommends', ...missing());
  }
  const left = missing();
  return left.length === 0
    ? undefined
    : `The tests need these packages of Debian. Install them first:\n  sudo apt-get install ${left.join(' ')}`;
}
