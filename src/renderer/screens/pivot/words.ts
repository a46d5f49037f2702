import { counted } from '../../../shared/format.ts';
import type { Base, PivotResult } from '../../../shared/pivot.ts';

/** What a percentage is a share of, in words. */
export const baseWords: Record<Base, string> = {
  dialled: '% of calls dialled',
  answered: '% of calls answered',
  analysed: '% of calls analysed',
  filled: '% of calls whose key holds a value',
};

/** "7 rows × 6 columns", its totals not counted. */
export function sizeInWords({ spec, rowKeys, columnKeys, calls }: PivotResult): string {
  if (calls === 0) return 'No calls to count';
  return `${counted(rowKeys.length, 'row')} × ${counted(columnKeys.length * spec.measures.length, 'column')}`;
}
