import { arch, homedir, release, totalmem } from 'node:os';
import { basename } from 'node:path';
import type { LogLine } from '../shared/contract.ts';
import { CallbookError } from '../shared/errors.ts';
import type { Settings } from '../shared/settings.ts';
import type { Desktop } from './desktop.ts';
import { writeWhole } from './replaceFile.ts';

/** What to send to whoever helps: how Callbook is set and what it did, never what a call holds. */
export interface Diagnostics {
  readonly version: string;
  readonly settings: Settings;
  readonly counts: Readonly<Record<string, number>>;
  readonly keychainProblem: string | null;
  readonly log: readonly LogLine[];
}

/** A last net under texts that should hold neither: keys, long runs of digits, the person's folder. */
export function redact(text: string): string {
  return (
    text
      .replaceAll(homedir(), '~')
      // As JSON writes it: with two backslashes on Windows.
      .replaceAll(JSON.stringify(homedir()).slice(1, -1), '~')
      .replace(/\bsk_[\w-]+/g, 'sk_…')
      .replace(/\+?\d[\d ()./-]{6,}\d/g, (run) => (/^\d{4}-\d\d-\d\d$/.test(run) ? run : '…'))
  );
}

/** The settings that say how Callbook behaves; search, filters, views and folders may quote calls or people. */
function plainSettings({ theme, zoom, timeZone, maskPhones, screen, density, hasFacets, recordings }: Settings) {
  const accountsWithRecordings = Object.keys(recordings).length;
  return { theme, zoom, timeZone, maskPhones, screen, density, hasFacets, accountsWithRecordings };
}

export function diagnosticsText({ version, settings, counts, keychainProblem, log }: Diagnostics): string {
  const { node, electron, chrome } = process.versions as Readonly<Record<string, string | undefined>>;
  const bundle = {
    callbook: version,
    madeAt: new Date().toISOString(),
    system: {
      platform: process.platform,
      release: release(),
      arch: arch(),
      memoryMb: Math.round(totalmem() / 1e6),
      node,
      electron,
      chrome,
    },
    keychain: keychainProblem === null ? 'usable' : 'not usable',
    settings: plainSettings(settings),
    counts,
    log: log.map(({ at, level, message, details }) => ({
      at: new Date(at).toISOString(),
      level,
      message: redact(message),
      details: redact(details),
    })),
  };
  return JSON.stringify(bundle, null, 2);
}

/** Asks where to and writes; the file's name, or null when the person changes their mind. Throws TARGET_NOT_WRITABLE. */
export async function saveDiagnostics(desktop: Desktop, text: string): Promise<string | null> {
  const target = await desktop.chooseSaveTarget(`callbook-diagnostics-${new Date().toISOString().slice(0, 10)}.json`);
  if (target === null) return null;
  try {
    await writeWhole(target, text);
  } catch (cause) {
    throw new CallbookError(
      'TARGET_NOT_WRITABLE',
      'The diagnostics could not be written there. Choose another folder.',
      {
        cause,
      },
    );
  }
  return basename(target);
}
