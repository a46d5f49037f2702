import { once, type EventEmitter } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import checksums from 'crc-32';
import ExcelJS, { type Style, type Worksheet } from 'exceljs';
import { sheetName } from './names.ts';
import { cellWriters, openSheet, type CellWriters, type OpenSheet, type SheetOptions } from './sheet.ts';
import { numberFormat, styles, type StyleName } from './styles.ts';

/**
 * A workbook that is streamed to a file. exceljs makes it: package, styles, head and foot of each sheet. Rows are written by `sheet.ts`
 * into exceljs' stream of the sheet, and what exceljs leaves out is added here: parts of its own kind (pivots), back-pressure,
 * failures of the disk. This file alone knows exceljs' insides.
 */
export interface OpenWorkbook {
  readonly sheetNames: readonly string[];
  readonly cellWriters: CellWriters;
  /** The sheet before must be closed. A name that sheets cannot have, or that another has, is changed. */
  addSheet(name: string, options: SheetOptions): OpenSheet;
  /** The number by which parts outside of sheets name a style's number format. */
  numberFormatId(style: StyleName): number;
  /** Adds a part to the package. `name` is its path, without a slash before it. */
  addPart(name: string, contentType: string, xml: string): void;
  /** Ties parts of the package to that one; `type` is the last word of the relation's. */
  addRelations(name: string, to: readonly { readonly type: string; readonly part: string }[]): void;
  /** Names a part of a pivot's cache in the workbook; returns the id by which its tables mean it. */
  addPivotCache(partName: string): number;
  /** Writes what is left and flushes it to the disk. */
  finish(): Promise<void>;
  /** Gives the file up. */
  abandon(): void;
}

/** exceljs' stream of a sheet takes everything at once and keeps it in memory, but it shows whom it feeds: a stream older than `writableLength`. */
interface SheetStream {
  readonly pipes: readonly (EventEmitter & { readonly _writableState: { readonly length: number } })[];
  /** Gathers what it gets in pieces of 64 kB; else each write is handed on as it is, and must not change afterwards. */
  batch: boolean;
  _flush(): void;
  write(chunk: Buffer | string): void;
}

/** What exceljs has and does not tell. */
interface SheetInsides {
  readonly stream: SheetStream;
  readonly _sheetRelsWriter: {
    addHyperlink(link: { target: string; address: string }): void;
    addRelationship(relation: { Type: string; Target: string }): void;
  };
  startedData: boolean;
  _writeColumns(): void;
  _writeOpenSheetData(): void;
  _writeHyperlinks(): void;
  _writeConditionalFormatting(): void;
}

interface WriterInsides {
  readonly zip: { append(content: unknown, entry: { readonly name: string }): unknown };
  readonly styles: {
    readonly model: { readonly styles: string[] };
    addStyleModel(style: Partial<Style>): number;
    _addNumFmtStr(format: string): number;
  };
}

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships';
const PIVOT_CACHE = `${OFFICE}/pivotCacheDefinition`;

/** Bytes of XML that may wait for being compressed, so that writing and compressing go on side by side. */
const MOST_WAITING = 8 * 2 ** 20;

/** Quick rather than small: the next level takes a quarter longer for a twentieth less. Large pieces, since each is a turn of the thread. */
const COMPRESSION = { level: 2, memLevel: 9, chunkSize: 256 * 1024 };

// exceljs' package takes the checksum of every part in JavaScript; Node's own takes a fifth of the time. The first seed that comes is a Buffer.
Object.assign(checksums, { buf: (bytes: Buffer, seed: unknown) => crc32(bytes, typeof seed === 'number' ? seed : 0) });

/** `file` must not exist. */
export function openWorkbook(file: string, createdAt: Date): OpenWorkbook {
  const output = createWriteStream(file, { flags: 'wx', flush: true });
  const written = finished(output);
  // Awaited in drained() and finish(); until then a failure must not end the thread.
  written.catch(() => {});
  const writer = new ExcelJS.stream.xlsx.WorkbookWriter({
    stream: output,
    useStyles: true,
    // Shared strings would be kept in memory to the end.
    useSharedStrings: false,
    zip: { zlib: COMPRESSION },
  });
  writer.creator = 'Callbook';
  writer.lastModifiedBy = 'Callbook';
  writer.created = createdAt;
  writer.modified = createdAt;
  const { zip, styles: known } = writer as unknown as WriterInsides;
  const sheetNames: string[] = [];
  const taken = new Set<string>();
  const contentTypes: string[] = [];
  const pivotCaches: string[] = [];

  /** exceljs' own parts, with what it cannot know of ours. */
  function amended(name: string, content: unknown): unknown {
    if (typeof content !== 'string') return content;
    const before = (end: string, more: string) => content.replace(end, () => more + end);
    switch (name) {
      case '[Content_Types].xml':
        return before('</Types>', contentTypes.join(''));
      case 'xl/_rels/workbook.xml.rels':
        return before(
          '</Relationships>',
          pivotCaches
            .map((part, i) => `<Relationship Id="rIdCache${i + 1}" Type="${PIVOT_CACHE}" Target="/${part}"/>`)
            .join(''),
        );
      case 'xl/workbook.xml': {
        const caches = pivotCaches.map((_, i) => `<pivotCache cacheId="${i + 1}" r:id="rIdCache${i + 1}"/>`);
        return caches.length === 0 ? content : before('</workbook>', `<pivotCaches>${caches.join('')}</pivotCaches>`);
      }
      default:
        return content;
    }
  }
  const append = zip.append.bind(zip);
  zip.append = (content, entry) => append(amended(entry.name.replace(/^\//, ''), content), entry);

  /** exceljs does not know styles for text that must not be taken for a formula. */
  const writers = cellWriters((name) => {
    const plain = known.addStyleModel(styles[name] as Partial<Style>);
    const xml = known.model.styles[plain] ?? '<xf/>';
    const quoted = known.model.styles.push(xml.replace('<xf', '<xf quotePrefix="1"')) - 1;
    return [plain, quoted];
  });

  async function drained({ pipes }: SheetStream): Promise<void> {
    const pipe = pipes[0];
    if (output.errored !== null) throw output.errored;
    if (pipe !== undefined && pipe._writableState.length > MOST_WAITING)
      await Promise.race([once(pipe, 'drain'), written]);
  }

  return {
    sheetNames,
    cellWriters: writers,
    addSheet(label, options) {
      const name = sheetName(label, taken);
      sheetNames.push(name);
      const sheet: Worksheet = writer.addWorksheet(name, {
        views: [viewOf(options)],
        pageSetup: {
          orientation: 'landscape',
          fitToPage: true,
          fitToWidth: 1,
          fitToHeight: 0,
          ...(options.frozenRows === undefined ? {} : { printTitlesRow: `1:${options.frozenRows}` }),
        },
      });
      sheet.columns = options.widths.map((width) => ({ width }));
      const insides = sheet as unknown as SheetInsides;
      const { stream, _sheetRelsWriter: relations } = insides;
      // The standard wants the links after the rules; exceljs has them the other way round.
      const { _writeHyperlinks: links, _writeConditionalFormatting: rules } = insides;
      insides._writeHyperlinks = rules;
      insides._writeConditionalFormatting = links;
      insides._writeColumns();
      insides._writeOpenSheetData();
      insides.startedData = true;
      // In pieces of 64 kB compressing would lag behind, as each takes a turn of the thread.
      stream._flush();
      stream.batch = false;
      return openSheet(
        {
          cellWriters: writers,
          write: (xml) => stream.write(xml),
          drained: () => drained(stream),
          addLink: (address, target) => relations.addHyperlink({ target, address }),
          addRelation: (type, part) => relations.addRelationship({ Type: `${OFFICE}/${type}`, Target: `/${part}` }),
          close({ filter, rules: wanted }) {
            if (filter !== undefined) sheet.autoFilter = filter;
            wanted.forEach((rule) => sheet.addConditionalFormatting(rule));
            // exceljs writes the foot from a buffer that it uses again.
            stream.batch = true;
            sheet.commit();
          },
        },
        options.widths,
      );
    },
    numberFormatId: (style) => known._addNumFmtStr(numberFormat(style)),
    addPart(name, contentType, xml) {
      contentTypes.push(`<Override PartName="/${name}" ContentType="${contentType}"/>`);
      append(xml, { name });
    },
    addRelations(name, to) {
      const relations = to.map(
        ({ type, part }, i) => `<Relationship Id="rId${i + 1}" Type="${OFFICE}/${type}" Target="/${part}"/>`,
      );
      const at = name.lastIndexOf('/');
      append(
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' +
          `<Relationships xmlns="${PACKAGE}">${relations.join('')}</Relationships>`,
        { name: `${name.slice(0, at)}/_rels${name.slice(at)}.rels` },
      );
    },
    addPivotCache: (part) => pivotCaches.push(part),
    async finish() {
      // Without the race, exceljs would wait for ever for a stream that has failed.
      await Promise.race([writer.commit(), written]);
      await written;
    },
    abandon: () => output.destroy(),
  };
}

function viewOf({ frozenRows, frozenColumns }: SheetOptions): Partial<ExcelJS.WorksheetView> {
  if (frozenRows === undefined && frozenColumns === undefined) return { state: 'normal' };
  return { state: 'frozen', ySplit: frozenRows ?? 0, xSplit: frozenColumns ?? 0 };
}
