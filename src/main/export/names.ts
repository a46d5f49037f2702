/** Names that are allowed and not taken yet, whatever they are made from. Two that differ only in case, or in how letters are put together, are one. */

export const LONGEST_SHEET_NAME = 31;
const LONGEST_FILE_NAME = 100;
/** Linux counts the bytes of a name, and takes 255; room for a number and an ending. */
const MOST_BYTES = 230;

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
  return uniqueName(withinBytes(clean === '' || isDevice ? `${clean}_` : clean), LONGEST_FILE_NAME, taken);
}

function withinBytes(name: string): string {
  const bytes = Buffer.from(name);
  // What was cut through the middle of a character is no character.
  return bytes.length <= MOST_BYTES
    ? name
    : bytes
        .subarray(0, MOST_BYTES)
        .toString()
        .replace(/\ufffd+$/, '');
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
