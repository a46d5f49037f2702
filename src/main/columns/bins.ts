import type { Dimension } from '../../shared/columns.ts';
import { calendarSpan } from '../../shared/format.ts';
import { parseJson } from '../../shared/json.ts';
import { readDate, readNumber } from '../../shared/recognise.ts';
import type { Dictionary } from './dictionary.ts';
import { FIRST_VALUE } from './segment.ts';
import { besideBins, binner } from './timeBins.ts';

/** Cutting a column's values into the bins of a dimension: times and dates by the calendar, numbers by steps. */

/** The lower edge of the step that a number lies in; edges are multiples of `step`, also below zero. */
export function stepOf(value: number, step: number): number {
  const edge = Math.floor(value / step) * step;
  // Of the largest numbers there are more small steps than a double counts.
  if (!Number.isFinite(edge)) return value;
  // Steps of 0.1 have the edges that people write: 0.3, not 0.30000000000000004. Whole steps are exact as they are.
  return Number.isInteger(step) ? edge : Number.parseFloat(edge.toPrecision(12));
}

/** Remembers what it has cut: calls have few different durations, and one look at the calendar serves a quarter of an hour. */
function remembering(keyOf: (value: number) => number, make: (value: number) => number): (value: number) => number {
  const known = new Map<number, number>();
  let lastKey = NaN;
  let lastCode = 0;
  return (value) => {
    const key = keyOf(value);
    if (key === lastKey) return lastCode;
    let code = known.get(key);
    if (code === undefined) known.set(key, (code = make(value)));
    lastKey = key;
    lastCode = code;
    return code;
  };
}

/** For a column of numbers: from a number to the code of its bin. */
export function binsOfNumbers(
  { bin, step }: Dimension,
  timeZone: string,
): (dictionary: Dictionary) => (value: number) => number {
  if (bin !== undefined) {
    const cut = binner(bin, timeZone);
    return (dictionary) => remembering(calendarSpan, (ms) => dictionary.code(JSON.stringify(cut(ms))));
  }
  const textOf = step === undefined ? String : (value: number) => String(stepOf(value, step));
  return (dictionary) =>
    remembering(
      (value) => value,
      (value) => dictionary.code(textOf(value)),
    );
}

/** For a column of values: by a value's code the code of its bin. What is no date or number keeps a group of its own. */
export function binsOfValues(
  { bin, step }: Dimension,
  timeZone: string,
  values: Dictionary,
): (dictionary: Dictionary) => Uint32Array {
  const cut = bin === undefined ? undefined : binner(bin, timeZone);
  // A day without a time is the same day everywhere.
  const cutDay = bin === undefined ? undefined : binner(bin, 'UTC');
  const textOf = (json: string): string => {
    const value = parseJson(json);
    if (step !== undefined) {
      const number = readNumber(value);
      return Number.isNaN(number) ? json : String(stepOf(number, step));
    }
    const { ms, isDay } = readDate(value);
    const label = Number.isNaN(ms) ? undefined : (isDay ? cutDay : cut)?.(ms);
    if (label !== undefined) return JSON.stringify(label);
    const beside = bin === undefined ? value : besideBins(value, bin);
    return beside === value ? json : JSON.stringify(beside);
  };
  return (dictionary) => {
    const codes = new Uint32Array(values.size);
    for (let code = 0; code < FIRST_VALUE; code++) codes[code] = code;
    values.values.forEach((json, i) => (codes[i + FIRST_VALUE] = dictionary.code(textOf(json))));
    return codes;
  };
}
