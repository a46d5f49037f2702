import { keyValue } from '../../../shared/call.ts';
import { isField, type Column } from '../../../shared/columns.ts';
import type { Call } from '../../../shared/model.ts';
import { getUnmasked } from '../../stores/detail.ts';
import { tell } from '../../stores/notices.ts';
import { addFilter } from '../../stores/selection.ts';
import { useSettings } from '../../stores/settings.ts';
import { filterOf, type CellValue } from './cellValue.ts';

/**
 * Keeps only the calls with the value that a call has in a column or, negated, excludes them. Where phone numbers are masked, what the cell
 * says may lack digits, so the value is asked for.
 */
export async function keepValue(
  rowId: number,
  column: Pick<Column, 'id' | 'kind'>,
  cell: CellValue,
  negate: boolean,
): Promise<void> {
  if (cell.type === 'blank' || !useSettings.getState().settings.maskPhones)
    return addFilter(filterOf(column, cell, negate));
  try {
    const call = await getUnmasked(rowId);
    addFilter(filterOf(column, { ...cell, value: receivedValue(call, column.id) ?? cell.value }, negate));
  } catch (thrown) {
    tell(thrown);
  }
}

/** undefined: the value is not of the call itself, or nothing of it can be masked (of `recording` the cell says only whether there is one). */
function receivedValue(call: Call, id: string) {
  if (!isField(id)) return keyValue(call, id);
  const value: unknown = Object.entries(call).find(([name]) => name === id)?.[1];
  return typeof value === 'string' ? value : undefined;
}
