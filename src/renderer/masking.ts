import { maskPhone } from '../shared/format.ts';

/** Phone numbers out of everything that the window is told, for sharing the screen. Pure. */

const RUN = /(?<![\w.])(?<!\w-)\+?\d[\d ().-]{5,}\d(?!\w)/g;
const DATE = /^(?:\d{4}-\d\d-\d\d|\d{1,2}\.\d{1,2}\.\d{4}|\d+\.\d+$)/;
const FEWEST_DIGITS = 7;

/** A text without the phone numbers in it; dates, small numbers and ids with letters stay. */
export function maskText(text: string): string {
  return text.replace(RUN, (run) => {
    const digits = run.match(/\d/g)?.length ?? 0;
    return digits < FEWEST_DIGITS || DATE.test(run) ? run : maskPhone(run);
  });
}

const PHONE_FIELD_OR_TEXT = /("phone_number"\s*:\s*)("(?:[^"\\]|\\.)*")|"(?:[^"\\]|\\.)*"/g;

/** JSON text of the same form with its texts masked; numbers stay as they are, so that it stays JSON. */
export function maskJsonText<T extends string>(json: T): T {
  return json.replace(PHONE_FIELD_OR_TEXT, (found, field?: string, phone?: string) =>
    field === undefined ? maskText(found) : `${field}${maskPhone(phone ?? '')}`,
  ) as T;
}

/**
 * The same, but the field phone_number keeps its digits: what shows it masks it, and filters and the list of calls with the same number
 * need it.
 */
export function maskTextsOfCalls<T extends string>(json: T): T {
  return json.replace(PHONE_FIELD_OR_TEXT, (found, field?: string) =>
    field === undefined ? maskText(found) : found,
  ) as T;
}

/** Any plain value with its texts masked. */
export function maskValue<T>(value: T): T {
  if (typeof value === 'string') return maskText(value) as T;
  if (Array.isArray(value)) return value.map(maskValue) as T;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, maskValue(inner)])) as T;
}
