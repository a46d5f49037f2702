/** Names that are allowed and not taken yet, whatever they are made from. Two that differ only in case, or in how letters are put together, are one. */

const LONGEST_SHEET_NAME = 31;
const LONGEST_FILE_NAME = 100;

/** Excel keeps it for itself. */
const reserved = 'history';

/** A name that a sheet can have: 31 characters, none of []:*?/\\ and quotes. `taken` grows with it. */
export function sheetName(label: string, taken: Set<string>): string {
  const clean = label
    .replace(/\p{C}/gu, '')
    .replace(/[[\]:*?/\\']/g, '_')
    .trim();
  return uniqueName(clean === '' || clean.toLowerCase() === reserved ? `${clean}_` : clean, LONGEST_SHEET_NAME, taken);
}

/** A name that a file can have on every system. `taken` grows with it. */
export function fileName(label: string, taken: Set<string>): string {
  const clean = label
    .replace(/[\p{C}<>:"/\\|?*]/gu, '_')
    .replace(/^[. ]+|[. ]+$/g, '')
    .trim();
  const isDevice = /^(con|prn|aux|nul|com\d|lpt\d)$/i.test(clean);
  return uniqueName(clean === '' || isDevice ? `${clean}_` : clean, LONGEST_FILE_NAME, taken);
}

function uniqueName(base: string, longest: number, taken: Set<string>): string {
  const cut = (length: number) =>
    base
      .slice(0, length)
      .replace(/[\ud800-\udbff]$/, '')
      .trimEnd();
  const keyOf = (name: string) => name.normalize().toLowerCase();
  let name = cut(longest);
  for (let n = 2; taken.has(keyOf(name)); n++) name = `${cut(longest - ` (${n})`.length)} (${n})`;
  taken.add(keyOf(name));
  return name;
}
