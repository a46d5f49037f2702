import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as XLSX from 'xlsx';

/** LibreOffice without a window, as a second program that opens what Callbook writes. `npm test` installs it where it may. */

export const hasLibreOffice = ['/usr/bin', '/usr/local/bin'].some((folder) => existsSync(join(folder, 'soffice')));

/** All sheets as CSV files, in UTF-8, numbers as they are shown. */
const ALL_SHEETS = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1';

function convert<T>(file: string, to: string, read: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'callbook-office-'));
  try {
    const profile = `-env:UserInstallation=file://${folder}/profile`;
    const { status, stderr } = spawnSync(
      'soffice',
      [profile, '--headless', '--convert-to', to, '--outdir', join(folder, 'out'), file],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`LibreOffice could not open ${basename(file)}: ${stderr}`);
    return read(join(folder, 'out'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The sheets as LibreOffice shows them, by name: rows of texts. */
export function sheetsInLibreOffice(file: string): ReadonlyMap<string, readonly (readonly string[])[]> {
  return convert(file, ALL_SHEETS, (folder) => {
    const prefix = `${basename(file).replace(/\.xlsx$/, '')}-`;
    return new Map(
      readdirSync(folder).map((name) => {
        const sheet = XLSX.read(readFileSync(join(folder, name), 'utf8'), { type: 'string', raw: true }).Sheets[
          'Sheet1'
        ];
        const rows = XLSX.utils.sheet_to_json<string[]>(sheet ?? {}, {
          header: 1,
          raw: true,
          defval: '',
          blankrows: true,
        });
        return [name.slice(prefix.length).replace(/\.csv$/, ''), rows.map((row) => row.map(String))];
      }),
    );
  });
}

/** How many bytes the workbook has as PDF. */
export function printedByLibreOffice(file: string): number {
  return convert(file, 'pdf', (folder) => readFileSync(join(folder, readdirSync(folder)[0] ?? '')).length);
}
