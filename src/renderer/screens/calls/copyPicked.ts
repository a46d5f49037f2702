import type { Column } from '../../../shared/columns.ts';
import { counted } from '../../../shared/format.ts';
import { copyText } from '../../components/copyText.ts';
import {
  isPicked,
  lengthOf,
  pickedColumns,
  pickedInRow,
  pickedRows,
  type CellRange,
} from '../../components/gridRanges.ts';
import { readRows, useCalls } from '../../stores/calls.ts';
import { tell } from '../../stores/notices.ts';
import { sayCopied } from '../../stores/copied.ts';
import { cellOf, type Surroundings } from './cellValue.ts';
import { cellsAsHtml, cellsAsText, copiedCell, type CopiedCell } from './copyCells.ts';

/** More would not paste in a time that anybody waits; Export has no such limit. */
const MOST_ROWS = 50_000;
const MOST_CELLS = 1_000_000;
/** A larger table is copied as text only: programs take long to read the HTML. */
const MOST_HTML_CELLS = 200_000;

/** So many rows are made into words at once; between them the window answers. */
const PORTION = 200;

/** Copies so far: a long one that is overtaken by another leaves the clipboard to that. */
let copies = 0;

const empty: CopiedCell = { text: '', type: 'text' };

/** Copies the picked cells with their headers, rows that are not at hand too. One cell alone is copied without header. */
export async function copyPicked(
  ranges: readonly CellRange[],
  columns: readonly Column[],
  around: Surroundings,
): Promise<void> {
  const wanted = pickedColumns(ranges).flatMap((at) => columns[at] ?? []);
  const places = pickedColumns(ranges);
  const stretches = pickedRows(ranges);
  const all = lengthOf(stretches);
  const most = Math.max(1, Math.min(MOST_ROWS, Math.floor(MOST_CELLS / Math.max(1, wanted.length))));
  const rows: CopiedCell[][] = [];
  const copy = ++copies;
  // Who sorts meanwhile copies what was picked.
  const { shown } = useCalls.getState();
  try {
    if (all > 1_000) sayCopied('Copying …');
    for (const { first, last } of stretches) {
      const end = Math.min(last, first + most - rows.length - 1);
      for (let at = first; at <= end; at += PORTION) {
        const read = await readRows(shown, { first: at, last: Math.min(end, at + PORTION - 1) });
        if (copy !== copies) return;
        read.forEach((row, i) => {
          const picked = pickedInRow(ranges, at + i);
          rows.push(
            wanted.map((column, c) =>
              isPicked(picked, places[c] ?? -1) ? copiedCell(cellOf(row, column, around), column) : empty,
            ),
          );
        });
        if (at + PORTION <= end) await new Promise((resolve) => setTimeout(resolve));
      }
    }
  } catch (thrown) {
    if (copy === copies) sayCopied(null);
    return tell(thrown);
  }
  const only = rows[0]?.[0];
  if (rows.length === 1 && wanted.length === 1 && only !== undefined) return copyText(only.text, 'Copied the cell');
  const headers = wanted.map(({ label }) => label);
  const isSmall = rows.length * wanted.length <= MOST_HTML_CELLS;
  const copied = `${counted(rows.length, 'row')} × ${counted(wanted.length, 'column')}`;
  await copyText(
    cellsAsText(headers, rows),
    rows.length < all ? `Copied the first ${copied} of ${counted(all, 'row')}. Export writes all.` : `Copied ${copied}`,
    isSmall ? cellsAsHtml(headers, rows) : undefined,
  );
}
