import type { ConditionalFormattingOptions } from 'exceljs';
import { ByteStream, encoded, plainBut, type Bytes, type Snippets } from './bytes.ts';
import { heightOf } from './rowHeight.ts';
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

/** Writes what stands behind the addresses of cells of one style; the same in every sheet of a workbook. */
export interface CellWriter {
  write(value: SheetCell['value'], bytes: Bytes): void;
  /** The same for the bytes of a JSON text, if it fits a cell and stands in JSON and XML as it is, as most do; else nothing is written. */
  copyIfPlain(text: Buffer, from: number, to: number, bytes: Bytes): boolean;
}

export type CellWriters = (style: StyleName) => CellWriter;

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
  /** The same with cells that the workbook's `cellWriters` wrote before; 0: an empty cell. `height`: of the row in points; undefined: as high as any. */
  copy(cells: Snippets, numbers: readonly number[], height: number | undefined): void;
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
  readonly cellWriters: CellWriters;
  write(xml: Buffer): void;
  drained(): Promise<void>;
  addLink(address: string, url: string): void;
  addRelation(type: string, part: string): void;
  close(end: { readonly filter: string | undefined; readonly rules: readonly ConditionalFormattingOptions[] }): void;
}

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
  return beginsFormula(text.charCodeAt(0));
}

/** = + - @ and tab */
export function beginsFormula(unit: number): boolean {
  return unit === 61 || unit === 43 || unit === 45 || unit === 64 || unit === 9;
}

/** What stands before and behind the values of cells of one style, as UTF-8. */
interface Frames {
  readonly number: Buffer;
  readonly boolean: Buffer;
  readonly text: Buffer;
  /** Text whose outer space counts. */
  readonly spaced: Buffer;
  readonly quoted: Buffer;
  readonly quotedSpaced: Buffer;
}

const ROW = encoded('<row r="');
const ROW_CELLS = encoded('">');
const ROW_END = encoded('</row>');
const TEXT_END = encoded('</t></is></c>');
const VALUE_END = encoded('</v></c>');

function framesOf([plain, quoted]: readonly [plain: number, quoted: number]): Frames {
  const text = (id: number, space: string) => encoded(`" s="${id}" t="inlineStr"><is><t${space}>`);
  const space = ' xml:space="preserve"';
  return {
    number: encoded(`" s="${plain}"><v>`),
    boolean: encoded(`" s="${plain}" t="b"><v>`),
    text: text(plain, ''),
    spaced: text(plain, space),
    quoted: text(quoted, ''),
    quotedSpaced: text(quoted, space),
  };
}

/** What stands in JSON and in XML as it is. _x0041_ would be read as "A". */
const plain = plainBut('\\&<>"', '_');
const LONGEST_PLAIN = 4_096;
const SPACE = 0x20;

function writeValue(value: SheetCell['value'], frames: Frames, bytes: Bytes): void {
  if (typeof value === 'string') {
    const isSpaced = OUTER_SPACE.test(value);
    bytes.copy(
      looksLikeFormula(value) ? frames[isSpaced ? 'quotedSpaced' : 'quoted'] : frames[isSpaced ? 'spaced' : 'text'],
    );
    bytes.write(escapeXml(value));
    return bytes.copy(TEXT_END);
  }
  bytes.copy(typeof value === 'number' ? frames.number : frames.boolean);
  bytes.writeAscii(typeof value === 'number' ? String(value) : value ? '1' : '0');
  bytes.copy(VALUE_END);
}

/** `styleId`: the number of a style, and of the same one for text that must not be taken for a formula. */
export function cellWriters(styleId: (name: StyleName) => readonly [plain: number, quoted: number]): CellWriters {
  const known = new Map<StyleName, CellWriter>();
  return (style) => {
    let writer = known.get(style);
    if (writer === undefined) known.set(style, (writer = cellWriter(framesOf(styleId(style)))));
    return writer;
  };
}

function cellWriter(frames: Frames): CellWriter {
  return {
    write: (value, bytes) => writeValue(value, frames, bytes),
    copyIfPlain(text, from, to, bytes) {
      const first = text[from] ?? SPACE;
      // Outer spaces and the first sign may mean something.
      if (to === from || to - from > LONGEST_PLAIN || beginsFormula(first) || first === SPACE || text[to - 1] === SPACE)
        return false;
      return bytes.copyIf(plain, frames.text, text, from, to, TEXT_END);
    },
  };
}

/** `widths`: of the columns, in characters. */
export function openSheet(target: SheetTarget, widths: readonly number[]): OpenSheet {
  let rows = 0;
  const bytes = new ByteStream(target.write);
  const openings: Buffer[] = [];
  const openingOf = (column: number) => (openings[column] ??= encoded(`<c r="${columnLetters(column)}`));
  /** Returns the number of the row as its cells have it. */
  const openRow = (height: number | undefined): Buffer => {
    const row = Buffer.from(String(++rows), 'latin1');
    bytes.copy(ROW);
    bytes.copy(row);
    if (height !== undefined) bytes.write(`" ht="${height}`);
    bytes.copy(ROW_CELLS);
    return row;
  };
  return {
    get rows() {
      return rows;
    },
    write(cells) {
      const row = openRow(heightOf(cells, widths));
      cells.forEach((cell, column) => {
        if (cell === null) return;
        bytes.copy(openingOf(column));
        bytes.copy(row);
        target.cellWriters(cell.style).write(cell.value, bytes);
      });
      bytes.copy(ROW_END);
    },
    copy(cells, numbers, height) {
      const row = openRow(height);
      for (let column = 0; column < numbers.length; column++) {
        const number = numbers[column] ?? 0;
        if (number === 0) continue;
        bytes.copy(openingOf(column));
        bytes.copy(row);
        cells.copyTo(bytes, number);
      }
      bytes.copy(ROW_END);
    },
    link: (row, column, url) => target.addLink(columnLetters(column) + row, url),
    relate: target.addRelation,
    drained() {
      bytes.flush();
      return target.drained();
    },
    close({ filter, rules = [] } = {}) {
      bytes.flush();
      target.close({ filter, rules });
    },
  };
}
