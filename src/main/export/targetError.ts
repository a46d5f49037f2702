import { basename } from 'node:path';
import { CallbookError } from '../../shared/errors.ts';

const sentences: Readonly<Record<string, (name: string) => string>> = {
  EACCES: (name) => `You may not write “${name}” there. Choose another folder.`,
  EPERM: (name) =>
    `“${name}” cannot be replaced: it may be open in another program, or you may not write there. Close it or choose another name.`,
  EBUSY: (name) => `“${name}” is open in another program. Close it there or choose another name.`,
  EROFS: (name) => `The disk is read-only, so “${name}” cannot be written. Choose another folder.`,
  ENOENT: (name) => `The folder for “${name}” is not there (any more). Choose another folder.`,
  ENOTDIR: (name) => `The folder for “${name}” is not a folder. Choose another one.`,
  EISDIR: (name) => `“${name}” is a folder. Choose another name.`,
  ENAMETOOLONG: (name) => `The name “${name}” is too long. Choose a shorter one.`,
};

const gone = (name: string) =>
  `The drive with “${name}” does not answer: it was taken out, or the network is gone. Nothing was replaced. Choose another place.`;
const goneCodes: ReadonlySet<string> = new Set([
  'EIO',
  'ENXIO',
  'ENODEV',
  'ENOTCONN',
  'ESTALE',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ETIMEDOUT',
  'UNKNOWN',
]);

/** What to tell of a failure while writing `file`; what is not of the file system is given back as it is. */
export function targetError(thrown: unknown, file: string): unknown {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  const name = basename(file);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const message = `There is no space left on the disk for “${name}”. Nothing was replaced. Free some space or choose another disk.`;
    return new CallbookError('DISK_FULL', message, { cause: thrown });
  }
  if (code === 'EFBIG') {
    const message = `“${name}” gets larger than a file may be on this disk. Nothing was replaced. Choose another disk, or export fewer calls.`;
    return new CallbookError('DISK_FULL', message, { cause: thrown });
  }
  const say = goneCodes.has(code) ? gone : Object.hasOwn(sentences, code) ? sentences[code] : undefined;
  return say === undefined ? thrown : new CallbookError('TARGET_NOT_WRITABLE', say(name), { cause: thrown });
}
