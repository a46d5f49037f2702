import { Check, X } from 'lucide-react';
import type { ColumnKind } from '../../../shared/columns.ts';
import { readYesNo } from '../../../shared/recognise.ts';
import { valueColour } from '../../components/valueColour.ts';
import type { CellValue } from './cellValue.ts';

interface Props {
  readonly value: CellValue & { readonly type: 'value' };
  readonly kind: ColumnKind;
}

/** A sign before a value's words: a tick or a cross for yes or no, its colour for a category. */
export function ValueMark({ value, kind }: Props) {
  if (kind === 'yes_no') {
    const yes = readYesNo(value.value);
    if (yes === undefined) return null;
    return yes ? (
      <Check size={13} aria-hidden className="value-mark yes" />
    ) : (
      <X size={13} aria-hidden className="value-mark no" />
    );
  }
  if (kind !== 'category') return null;
  return <span aria-hidden className="value-dot" style={{ background: valueColour(JSON.stringify(value.value)) }} />;
}
