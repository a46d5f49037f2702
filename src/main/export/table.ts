import type { ConditionalFormattingOptions } from 'exceljs';
import type { Snippets } from './bytes.ts';
import type { Cut, Cuts } from './cuts.ts';
import type { OpenWorkbook } from './openWorkbook.ts';
import { areaOf, MAX_LINKS, MAX_ROWS, type OpenSheet, type SheetCell } from './sheet.ts';

/** A list of any length: a header, rows, a filter, bands; where a sheet is full, it goes on on "Calls 2" with the same header. */
export interface Table {
  /** Sheets so far. */
  readonly sheets: number;
  write(cells: readonly (SheetCell | null)[]): void;
  /** As the sheet's `copy`. */
  copy(cells: Snippets, numbers: readonly number[], height: number | undefined): void;
  /** Makes a cell of the row that was written last a link; one too many for its sheet stays text. */
  link(column: number, url: string): void;
  drained(): Promise<void>;
  close(): void;
}

export interface TableColumn {
  readonly header: string;
  /** In characters. */
  readonly width: number;
}

interface TableOptions {
  readonly columns: readonly TableColumn[];
  readonly cuts: Cuts;
  /** What to count when a further sheet is needed. */
  readonly cut: Cut;
  readonly frozenColumns?: number;
  readonly maxRows?: number;
}

/** Light enough to be read on paper, also without colour. */
const band = { argb: 'FFF3F5F8' };

function bands(area: string): ConditionalFormattingOptions {
  return {
    ref: area,
    rules: [
      {
        type: 'expression',
        priority: 1,
        formulae: ['MOD(ROW(),2)=1'],
        style: { fill: { type: 'pattern', pattern: 'solid', fgColor: band, bgColor: band } },
      },
    ],
  };
}

export function openTable(workbook: OpenWorkbook, name: string, options: TableOptions): Table {
  const { columns, cuts, maxRows = MAX_ROWS } = options;
  const last = columns.length - 1;
  let sheets = 0;
  let links = 0;

  const open = (): OpenSheet => {
    sheets++;
    links = 0;
    const opened = workbook.addSheet(sheets === 1 ? name : `${name} ${sheets}`, {
      widths: columns.map(({ width }) => width),
      frozenRows: 1,
      ...(options.frozenColumns === undefined ? {} : { frozenColumns: options.frozenColumns }),
    });
    opened.write(columns.map(({ header }) => ({ value: header, style: 'header' })));
    return opened;
  };
  const close = () =>
    sheet.close({
      filter: areaOf(1, 0, sheet.rows, last),
      rules: sheet.rows > 1 ? [bands(areaOf(2, 0, sheet.rows, last))] : [],
    });

  let sheet = open();
  const makeRoom = () => {
    if (sheet.rows < maxRows) return;
    close();
    sheet = open();
    cuts.add(options.cut);
  };
  return {
    get sheets() {
      return sheets;
    },
    write(cells) {
      makeRoom();
      sheet.write(cells);
    },
    copy(cells, numbers, height) {
      makeRoom();
      sheet.copy(cells, numbers, height);
    },
    link(column, url) {
      if (++links > MAX_LINKS) return cuts.add('links');
      sheet.link(sheet.rows, column, url);
    },
    drained: () => sheet.drained(),
    close,
  };
}
