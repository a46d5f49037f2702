import type { ColumnId } from './columns.ts';
import { maskPhone } from './format.ts';
import { fromJsonText, parseJson, toJsonText } from './json.ts';
import type { CallDetail, CallRow, Change, RejectedItem } from './model.ts';
import { measureLabel, type Measure } from './pivot.ts';

/** Phone numbers out of everything that the window is told, for sharing the screen, and out of exports. Pure. */

/** Digits of any script, with what people and language models write between them: also spaces and hyphens that do not break. */
const RUN = /(?<![\w.])(?<!\w-)\+?\p{Nd}[\p{Nd} \u00a0\u2000-\u200a\u202f()./\-\u2010-\u2015\u2212]{5,}\p{Nd}(?!\w)/gu;
const DATE = /^(?:\d{4}([-/])\d\d\1\d\d|\d{1,2}([./])\d{1,2}\2(?:\d{4}|\d\d))(?![\d./])/;
const DECIMAL = /^\d+\.\d+$/;
const FEWEST_DIGITS = 7;
/** A number of ten digits or more as the window writes it, with a comma between its thousands. */
const GROUPED = /(?<![\w.,])\d{1,3}(?:,\d{3}){3,}(?!,?\w)/g;

/** A text without the phone numbers in it; dates, small numbers and ids with letters stay. */
export function maskText(text: string): string {
  return text.replace(GROUPED, maskPhone).replace(RUN, (run) => {
    const digits = run.match(/\p{Nd}/gu)?.length ?? 0;
    if (digits < FEWEST_DIGITS || DECIMAL.test(run)) return run;
    // A number may stand behind a date.
    const date = DATE.exec(run)?.[0];
    return date === undefined ? maskPhone(run) : date + maskText(run.slice(date.length));
  });
}

/** Words that quote calls, or a value of a column, as they may be shown. */
export type Mask = (words: string, column?: ColumnId) => string;

export const masked: Mask = (words, column) => (column === 'phone_number' ? maskPhone(words) : maskText(words));
export const asItIs: Mask = (words) => words;

/** A measure's words: those of a share quote the value that it is of. */
export function measureWords(measure: Measure, mask: Mask): string {
  const words = measureLabel(measure);
  return measure.type === 'rate' ? mask(words, measure.column) : words;
}

/** A number of so many digits may be a phone number that was sent without quotes; amounts are smaller. */
const FEWEST_AS_NUMBER = 10;

/** Any plain value of the provider with its texts masked; a phone number that is a JSON number becomes a text. */
export function maskValue<T>(value: T): T {
  if (typeof value === 'string') return maskText(value) as T;
  if (typeof value === 'number') {
    const digits = String(value);
    return (Number.isInteger(value) && digits.length >= FEWEST_AS_NUMBER ? maskText(digits) : value) as T;
  }
  if (Array.isArray(value)) return value.map(maskValue) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, maskField(key, inner)])) as T;
}

/** The field phone_number is masked however short it is. */
function maskField(name: string, value: unknown): unknown {
  return name === 'phone_number' && (typeof value === 'string' || typeof value === 'number')
    ? maskPhone(String(value))
    : maskValue(value);
}

/**
 * A call with its texts masked. Its field phone_number keeps its digits: what shows it masks it, and filters and the list of calls with the
 * same number need it.
 */
export function maskCall<C extends { readonly phone_number: string | null }>(call: C): C {
  return { ...maskValue(call), phone_number: call.phone_number };
}

/** What a field of a call was and is; both are JSON text. */
export function maskChange<C extends Change>(change: C): C {
  const mask = (json: string | null) =>
    json === null ? null : toJsonText(maskField(change.field, fromJsonText<unknown>(json)));
  return { ...change, oldValue: mask(change.oldValue), newValue: mask(change.newValue) };
}

/** JSON text of a provider, which may be no JSON at all. */
export function maskReceived(received: string): string {
  try {
    return toJsonText(maskValue(parseJson(received)));
  } catch {
    return maskText(received);
  }
}

/** A row of the table; what a person wrote stays as it is, for it can be written on. */
export function maskRow(row: CallRow): CallRow {
  return { ...row, call: maskCall(row.call), snippet: maskValue(row.snippet) };
}

/** An opened call; what a person wrote stays as it is. */
export function maskDetail(detail: CallDetail): CallDetail {
  return {
    ...detail,
    call: maskCall(detail.call),
    received: maskReceived(detail.received),
    contact: detail.contact === null ? null : maskReceived(detail.contact),
    history: detail.history.map(maskChange),
  };
}

/** An item that could not be read. */
export function maskRejected(item: RejectedItem): RejectedItem {
  return { ...item, received: maskReceived(item.received) };
}

/** The mask of a choice. */
export const maskFor = (isOn: boolean): Mask => (isOn ? masked : asItIs);
