import type { Column } from '../../../shared/columns.ts';
import { formatDuration } from '../../../shared/format.ts';
import { tsvRow } from '../../components/tsvRow.ts';
import type { CellValue } from './cellValue.ts';

/**
 * Cells for a spreadsheet, as text with tabs and as a table of HTML. The table says which cells are text, so that Excel neither makes a
 * number of a phone number nor runs a text that begins with "=". Pure.
 */

export interface CopiedCell {
  readonly text: string;
  readonly type: 'text' | 'number' | 'time' | 'duration' | 'percent';
}

/** From an hour on a spreadsheet takes m:ss for hours and minutes, so a duration is written with its hours. */
function withHours(seconds: number): string {
  const text = formatDuration(seconds);
  return text.split(':').length === 2
    ? text.replace(/^(-?)(\d:|\d\d:)/, (_, sign, m) => `${sign}0:${m.padStart(3, '0')}`)
    : text;
}

export function copiedCell(value: CellValue, { kind }: Pick<Column, 'kind'>): CopiedCell {
  if (value.type === 'blank') return { text: '', type: 'text' };
  if (kind === 'duration' && typeof value.value === 'number') return { text: withHours(value.value), type: 'duration' };
  if (kind === 'time') return { text: value.text, type: 'time' };
  return { text: value.text, type: typeof value.value === 'number' ? 'number' : 'text' };
}

export function cellsAsText(headers: readonly string[], rows: readonly (readonly CopiedCell[])[]): string {
  return [tsvRow(headers), ...rows.map((cells) => tsvRow(cells.map(({ text }) => text)))].join('\n');
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => escapes[sign] ?? sign).replace(/\r\n?|\n/g, '<br>');

const formats: Record<CopiedCell['type'], string> = {
  text: String.raw`\@`,
  number: 'General',
  time: String.raw`yyyy\-mm\-dd hh\:mm\:ss`,
  duration: String.raw`[h]\:mm\:ss`,
  percent: String.raw`0\.0%`,
};

/** Excel reads `mso-number-format`; a line break stays within its cell. */
export function cellsAsHtml(headers: readonly string[], rows: readonly (readonly CopiedCell[])[]): string {
  const style = Object.entries(formats).map(([type, format]) => `.${type}{mso-number-format:"${format}"}`);
  const head = headers.map((header) => `<th class="text">${escaped(header)}</th>`).join('');
  const body = rows.map(
    (cells) => `<tr>${cells.map(({ text, type }) => `<td class="${type}">${escaped(text)}</td>`).join('')}</tr>`,
  );
  return `<html><head><meta charset="utf-8"><style>br{mso-data-placement:same-cell}${style.join('')}</style></head><body><table><tr>${head}</tr>${body.join('')}</table></body></html>`;
}
