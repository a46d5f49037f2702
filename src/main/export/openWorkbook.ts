import { once, type EventEmitter } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import ExcelJS, { type Worksheet } from 'exceljs';

/** A workbook that is streamed to a file, with what exceljs leaves out: back-pressure, and failures of the disk. */
export interface OpenWorkbook {
  readonly sheetNames: readonly string[];
  /** The sheet before must be committed. */
  addSheet(name: string, options?: { readonly frozenRows?: number }): Worksheet;
  /** Waits until what was written to the sheet is on its way to the disk. Throws the error of a disk that fails. */
  drained(sheet: Worksheet): Promise<void>;
  /** Writes what is left and flushes it to the disk. */
  finish(): Promise<void>;
  /** Gives the file up. */
  abandon(): void;
}

/** exceljs' stream of a sheet takes everything at once and keeps it in memory, but it shows whom it feeds: a stream older than `writableNeedDrain`. */
interface SheetStream {
  readonly stream: {
    readonly pipes: readonly (EventEmitter & { readonly _writableState: { readonly needDrain: boolean } })[];
  };
}

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
    zip: { zlib: { level: 3 } },
  });
  writer.creator = 'Callbook';
  writer.lastModifiedBy = 'Callbook';
  writer.created = createdAt;
  writer.modified = createdAt;
  const sheetNames: string[] = [];
  return {
    sheetNames,
    addSheet(name, { frozenRows } = {}) {
      sheetNames.push(name);
      return writer.addWorksheet(name, {
        views: frozenRows === undefined ? [] : [{ state: 'frozen', ySplit: frozenRows }],
        pageSetup: { orientation: 'landscape', fitToPage: true, fitToWidth: 1, fitToHeight: 0 },
      });
    },
    async drained(sheet) {
      const pipe = (sheet as unknown as SheetStream).stream.pipes[0];
      if (output.errored !== null) throw output.errored;
      if (pipe?._writableState.needDrain === true) await Promise.race([once(pipe, 'drain'), written]);
    },
    async finish() {
      // Without the race, exceljs would wait for ever for a stream that has failed.
      await Promise.race([writer.commit(), written]);
      await written;
    },
    abandon: () => output.destroy(),
  };
}
