import type { Style } from 'exceljs';

/** How cells look: few styles, named by what they are for. A workbook holds 65,490; an export has these. */

const top = { vertical: 'top' } as const;
const wrap = { wrapText: true, vertical: 'top' } as const;
const bold = { bold: true } as const;

const formats = {
  count: '#,##0',
  average: '#,##0.00',
  time: 'yyyy\\-mm\\-dd\\ hh:mm:ss',
  date: 'yyyy\\-mm\\-dd',
  duration: '[h]:mm:ss',
  percent: '0.0%',
} as const;

export const styles = {
  text: { alignment: top },
  number: { numFmt: 'General', alignment: top },
  count: { numFmt: formats.count, alignment: top },
  average: { numFmt: formats.average, alignment: top },
  time: { numFmt: formats.time, alignment: top },
  date: { numFmt: formats.date, alignment: top },
  duration: { numFmt: formats.duration, alignment: top },
  percent: { numFmt: formats.percent, alignment: top },
  wrapped: { alignment: wrap },
  link: { font: { underline: true, color: { argb: 'FF0B5CAD' } }, alignment: top },
  header: {
    font: bold,
    fill: { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFE8ECF1' } },
    border: { bottom: { style: 'thin', color: { argb: 'FF8A94A3' } } },
    alignment: { vertical: 'middle' },
  },
  total: { font: bold },
  totalNumber: { font: bold, numFmt: 'General' },
  totalCount: { font: bold, numFmt: formats.count },
  totalAverage: { font: bold, numFmt: formats.average },
  totalTime: { font: bold, numFmt: formats.time },
  totalDuration: { font: bold, numFmt: formats.duration },
  totalPercent: { font: bold, numFmt: formats.percent },
} as const satisfies Record<string, Partial<Style>>;

export type StyleName = keyof typeof styles;

/** What Excel shows a number as, for parts that name the format and not the style. */
export function numberFormat(style: StyleName): string {
  const { numFmt } = styles[style] as Partial<Style>;
  return numFmt ?? 'General';
}

/** The same number in a row or column of totals. */
export const totalStyle = {
  number: 'totalNumber',
  count: 'totalCount',
  average: 'totalAverage',
  time: 'totalTime',
  duration: 'totalDuration',
  percent: 'totalPercent',
} as const satisfies Partial<Record<StyleName, StyleName>>;
