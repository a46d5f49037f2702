import Table from 'cli-table3';

/** A table for the terminal. Columns named in `rightAligned` hold numbers. */
export function textTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  rightAligned: readonly number[] = [],
): string {
  const table = new Table({
    head: head.map(oneLine),
    colAligns: head.map((_, i) => (rightAligned.includes(i) ? 'right' : 'left')),
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) table.push(row.map(oneLine));
  return table.toString();
}

const MAX_CELL = 60;

/** Turn the order of what follows, borders and other cells included. */
const DIRECTIONS = /[\u202a-\u202e\u2066-\u2069]/g;

/** Data may hold line ends, and codes that would steer the terminal. */
export function oneLine(text: string): string {
  const clean = text
    .replace(/\s+/g, ' ')
    .replace(/\p{Cc}/gu, '')
    .replace(DIRECTIONS, '')
    .trim();
  return clean.length <= MAX_CELL ? clean : `${clean.slice(0, MAX_CELL - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
