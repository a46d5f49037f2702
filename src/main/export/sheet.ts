import type { ConditionalFormattingOptions } from 'exceljs';
import { Bytes, encoded } from './bytes.ts';
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
  /** Of a cell that may stand in many rows: null; from its second row on what the sheet writes behind the number of the row. */
  xml?: Uint8Array | 'once' | null;
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
  const first = text.charCodeAt(0);
  // = + - @ and tab
  return first === 61 || first === 43 || first === 45 || first === 64 || first === 9;
}

/** What stands before and behind the values of cells of one style, as UTF-8. */
interface Frames {
  readonly number: Uint8Array;
  readonly boolean: Uint8Array;
  readonly text: Uint8Array;
  /** Text whose outer space counts. */
  readonly spaced: Uint8Array;
  readonly quoted: Uint8Array;
  readonly quotedSpaced: Uint8Array;
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

/** The longest text that is looked through letter by letter: for longer ones a pattern is quicker. */
const SHORT = 48;

/** Letters and digits of ASCII that stand in XML as they are: most names, numbers and ids. */
function isPlain(text: string): boolean {
  const { length } = text;
  if (length === 0 || length > SHORT || looksLikeFormula(text)) return false;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    // & < > "
    if (unit < 0x20 || unit > 0x7e || unit === 0x26 || unit === 0x3c || unit === 0x3e || unit === 0x22) return false;
  }
  return text.charCodeAt(0) !== 0x20 && text.charCodeAt(length - 1) !== 0x20;
}

function writeCell({ value }: SheetCell, frames: Frames, bytes: Bytes): void {
  if (typeof value === 'string') {
    if (isPlain(value)) {
      bytes.copy(frames.text);
      bytes.writeAscii(value);
      return bytes.copy(TEXT_END);
    }
    const isSpaced = OUTER_SPACE.test(value);
    bytes.copy(
      looksLikeFormula(value) ? frames[isSpaced ? 'quotedSpaced' : 'quoted'] : frames[isSpaced ? 'spaced' : 'text'],
    );
    bytes.write(escapeXml(value));
    return bytes.copy(TEXT_END);
  }
  bytes.copy(typeof value === 'number' ? frames.number : frames.boolean);
  bytes.write(typeof value === 'number' ? String(value) : value ? '1' : '0');
  bytes.copy(VALUE_END);
}

/** `widths`: of the columns, in characters. */
export function openSheet(target: SheetTarget, widths: readonly number[]): OpenSheet {
  let rows = 0;
  const bytes = new Bytes(target.write);
  const openings: Uint8Array[] = [];
  const openingOf = (column: number) => (openings[column] ??= encoded(`<c r="${columnLetters(column)}`));
  const frames = new Map<StyleName, Frames>();
  const framesFor = (style: StyleName): Frames => {
    let known = frames.get(style);
    if (known === undefined) frames.set(style, (known = framesOf(target.styleId(style))));
    return known;
  };
  return {
    get rows() {
      return rows;
    },
    write(cells) {
      const row = Buffer.from(String(++rows), 'latin1');
      bytes.copy(ROW);
      bytes.copy(row);
      const height = heightOf(cells, widths);
      if (height !== undefined) bytes.write(`" ht="${height}`);
      bytes.copy(ROW_CELLS);
      for (let i = 0; i < cells.length; i++) {
        const cell = cells[i];
        if (cell == null) continue;
        bytes.copy(openingOf(i));
        bytes.copy(row);
        const { xml } = cell;
        if (xml instanceof Uint8Array) {
          bytes.copy(xml);
          continue;
        }
        const start = bytes.total;
        writeCell(cell, framesFor(cell.style), bytes);
        if (xml === null) cell.xml = 'once';
        else if (xml === 'once') cell.xml = bytes.since(start) ?? 'once';
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
