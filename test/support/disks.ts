import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Real disks that are small, for tests of full ones. */

/** Whether this process may mount a file system, as root of a container or machine may. */
export const canMount = ((): boolean => {
  try {
    smallDisk(1).close();
    return true;
  } catch {
    return false;
  }
})();

export interface SmallDisk {
  readonly folder: string;
  /** Takes all room but so many bytes. */
  fill(butBytes: number): void;
  /** Gives back what `fill` took. */
  makeRoom(): void;
  close(): void;
}

export function smallDisk(megabytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'callbook-disk-'));
  const filler = join(folder, 'filler');
  const close = () => rmSync(folder, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'none', folder], { stdio: 'ignore' });
  } catch (thrown) {
    close();
    throw thrown;
  }
  return {
    folder,
    fill(butBytes) {
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(filler, Buffer.alloc(bavail * bsize - butBytes));
    },
    makeRoom: () => rmSync(filler),
    close() {
      // Once nobody has a file of it open: the log stays so until the process ends.
      execFileSync('umount', ['-l', folder]);
      close();
    },
  };
}
