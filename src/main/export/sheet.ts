import type { ConditionalFormattingOptions } from 'exceljs';
import type { StyleName } from './styles.ts';

/** Writing the rows of a sheet as XML: exceljs' own way takes four times as long. */

export const MAX_ROWS = 1_048_576;
export const MAX_COLUMNS = 16_384;
/** Of a sheet. */
export const MAX_LINKS = 65_530;

/** What stands in a cell; texts are those that `cellText` has made fit. A day or a duration is its number. */
export interface SheetCell {
  readonly value: string | number | boolean;
  readonly style: StyleName;
}

export interface SheetOptions {
  /** One number a column, in characters. */
  readonly widths: readonly number[];
  /** These stay in sight, and are printed on every page. */
  readonly frozenRows?: number;
  readonly frozenColumns?: number;
}

export interface SheetEnd {
  /** Arrows to filter by, at the first row of the area. */
  readonly filter?: string;
  /** Conditional formats: bands, heat. */
  readonly rules?: readonly ConditionalFormattingOptions[];
}

export interface OpenSheet {
  /** Rows so far. */
  readonly rows: number;
  /** Writes the next row. null: an empty cell. */
  write(cells: readonly (SheetCell | null)[]): void;
  /** Makes a cell of a row that is written a link. Excel holds MAX_LINKS a sheet. */
  link(row: number, column: number, url: string): void;
  /** Ties a part of the package to this sheet; `type` is the last word of the relation's. */
  relate(type: string, part: string): void;
  /** Waits until what was written is on its way to the disk. Throws the error of a disk that fails. */
  drained(): Promise<void>;
  close(end?: SheetEnd): void;
}

/** What the package does for a sheet. */
export interface SheetTarget {
  styleId(name: StyleName): readonly [plain: number, quoted: number];
  write(xml: string): void;
  drained(): Promise<void>;
  addLink(address: string, url: string): void;
  addRelation(type: string, part: string): void;
  close(end: { readonly filter: string | undefined; readonly rules: readonly ConditionalFormattingOptions[] }): void;
}

/** Characters of XML that are gathered before they are handed on. */
const CHUNK = 128 * 1024;

const letters: string[] = [];

/** The letters of a column, the first being 0. */
export function columnLetters(column: number): string {
  let known = letters[column];
  if (known === undefined) {
    known = '';
    for (let left = column + 1; left > 0; left = Math.floor((left - 1) / 26))
      known = String.fromCharCode(65 + ((left - 1) % 26)) + known;
    letters[column] = known;
  }
  return known;
}

/** "A1:C9"; rows count from 1, columns from 0. */
export function areaOf(fromRow: number, fromColumn: number, toRow: number, toColumn: number): string {
  return `${columnLetters(fromColumn)}${fromRow}:${columnLetters(toColumn)}${toRow}`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export function escapeXml(text: string): string {
  return /[&<>"]/.test(text) ? text.replace(/[&<>"]/g, (unit) => entities[unit] ?? unit) : text;
}

const OUTER_SPACE = /^\s|\s$|\n/;

/** A spreadsheet takes what is typed like this for a formula. */
export function looksLikeFormula(text: string): boolean {
  const first = text.charCodeAt(0);
  // = + - @ and tab
  return first === 61 || first === 43 || first === 45 || first === 64 || first === 9;
}

function cellXml({ value, style }: SheetCell, address: string, styleId: SheetTarget['styleId']): string {
  const [plain, quoted] = styleId(style);
  if (typeof value === 'number') return `<c r="${address}" s="${plain}"><v>${value}</v></c>`;
  if (typeof value === 'boolean') return `<c r="${address}" s="${plain}" t="b"><v>${value ? 1 : 0}</v></c>`;
  const s = looksLikeFormula(value) ? quoted : plain;
  const space = OUTER_SPACE.test(value) ? ' xml:space="preserve"' : '';
  return `<c r="${address}" s="${s}" t="inlineStr"><is><t${space}>${escapeXml(value)}</t></is></c>`;
}

export function openSheet(target: SheetTarget): OpenSheet {
  let rows = 0;
  let xml = '';
  const flush = () => {
    if (xml !== '') target.write(xml);
    xml = '';
  };
  return {
    get rows() {
      return rows;
    },
    write(cells) {
      const row = ++rows;
      xml += `<row r="${row}">`;
      for (let i = 0; i < cells.length; i++) {
        const cell = cells[i];
        if (cell != null) xml += cellXml(cell, columnLetters(i) + row, target.styleId);
      }
      xml += '</row>';
      if (xml.length > CHUNK) flush();
    },
    link: (row, column, url) => target.addLink(columnLetters(column) + row, url),
    relate: target.addRelation,
    drained() {
      flush();
      return target.drained();
    },
    close({ filter, rules = [] } = {}) {
      flush();
      target.close({ filter, rules });
    },
  };
}
