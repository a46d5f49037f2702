import { timeOf } from './call.ts';
import { utcMs } from './format.ts';
import { parseJson, type Json } from './json.ts';
import { fold } from './searchText.ts';

/**
 * What kind of values an outcome key holds, told from the values themselves. A value is never changed by it: the kind says how values
 * are compared, measured and shown, and what is not of the kind stays as it came.
 */

export const valueKinds = ['yes_no', 'category', 'number', 'date', 'text'] as const;
export type ValueKind = (typeof valueKinds)[number];

/** What the values of a key are like, counted in calls, so that the profiles of batches add up to that of all. */
export interface Profile {
  readonly filled: number;
  readonly yesNo: number;
  readonly numbers: number;
  readonly dates: number;
  /** UTF-16 units of all values together. */
  readonly characters: number;
  /** The least hashes of the different values, ascending: with fewer than SKETCH of them, one for each value. */
  readonly hashes: readonly number[];
}

const SKETCH = 64;
const HASHES = 2 ** 32;

export const emptyProfile: Profile = { filled: 0, yesNo: 0, numbers: 0, dates: 0, characters: 0, hashes: [] };

/** FNV-1a with its bits mixed once more, so that the least hashes are a fair sample. 0 to 2^32 - 1. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function least(hashes: Iterable<number>): number[] {
  return [...new Set(hashes)].sort((a, b) => a - b).slice(0, SKETCH);
}

/** `values` are different ones, as JSON text, with the number of calls that hold each. */
export function profileOf(values: Iterable<readonly [json: string, calls: number]>): Profile {
  let [filled, yesNo, numbers, dates, characters] = [0, 0, 0, 0, 0];
  const hashes: number[] = [];
  for (const [json, calls] of values) {
    const value = parseJson(json);
    filled += calls;
    characters += calls * (typeof value === 'string' ? value.length : json.length);
    hashes.push(hashOf(json));
    if (readYesNo(value) !== undefined) yesNo += calls;
    else if (isQuantity(value)) numbers += calls;
    else if (!Number.isNaN(readDate(value).ms)) dates += calls;
  }
  return { filled, yesNo, numbers, dates, characters, hashes: least(hashes) };
}

export function addProfiles(profiles: readonly Profile[]): Profile {
  const sum = (of: (profile: Profile) => number) => profiles.reduce((total, profile) => total + of(profile), 0);
  return {
    filled: sum((profile) => profile.filled),
    yesNo: sum((profile) => profile.yesNo),
    numbers: sum((profile) => profile.numbers),
    dates: sum((profile) => profile.dates),
    characters: sum((profile) => profile.characters),
    hashes: least(profiles.flatMap((profile) => profile.hashes)),
  };
}

/** How many different values: exact where they are few, else estimated to about an eighth. */
export function distinctIn({ hashes }: Profile): number {
  if (hashes.length < SKETCH) return hashes.length;
  return Math.round((SKETCH - 1) / (((hashes.at(-1) ?? 0) + 1) / HASHES));
}

/** A few values of another kind ("next week" among dates) do not make it another. */
const MOST_OF_THEM = 0.95;
/** More characters than this on average are sentences, not names of categories. */
const SENTENCE = 60;
const FEW = 20;

/** The kind of a key whose values are as the profile says; a key without values is a category. */
export function recognise(profile: Profile): ValueKind {
  const { filled, yesNo, numbers, dates, characters } = profile;
  if (filled === 0) return 'category';
  if (yesNo === filled) return 'yes_no';
  if (numbers >= filled * MOST_OF_THEM) return 'number';
  if (dates >= filled * MOST_OF_THEM) return 'date';
  if (characters > filled * SENTENCE) return 'text';
  const distinct = distinctIn(profile);
  return distinct <= FEW || distinct * 3 <= filled ? 'category' : 'text';
}

// Folded as `fold` leaves them.
const wordSet = (text: string) => new Set(text.split(' ').map(fold));
const yesWords = wordSet('yes y true ja oui si sim हाँ हां نعم はい 是');
const noWords = wordSet('no n false nein non nao नहीं لا いいえ 否');

/** What a yes or no says; undefined where the value is neither. */
export function readYesNo(value: Json): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string' || value.length >= 12) return undefined;
  const word = fold(value.trim());
  return yesWords.has(word) ? true : noWords.has(word) ? false : undefined;
}

/** Without outer space. Spaces stand only where one way leads through them: a thousand, each of which could be any of three, take a second. */
const NUMBER = /^([+-]?)\s*(?:\p{Sc}\s*)?(\d+|\d{1,3}(?:,\d{2,3})*,\d{3})(\.\d+)?(?:\s*[%\p{Sc}])?$/u;
/** Digits that are a name: leading zeros, a phone number, more digits than a quantity has. */
const IS_NAME = /^\s*(?:\+?0\d|\+\d{7}|[+-]?\d{16})/;

/** A value as a number: 5, "5", "-3.5", "1,200.50", "₹ 5,00,000", "45 %"; NaN where it is none. */
export function readNumber(value: Json): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return NaN;
  const match = NUMBER.exec(value.trim());
  if (match === null) return NaN;
  const number = Number(`${match[1] ?? ''}${match[2]?.replaceAll(',', '') ?? ''}${match[3] ?? ''}`);
  // Hundreds of digits are more than a double holds.
  return Number.isFinite(number) ? number : NaN;
}

/** A number, and not digits that are a name. */
export function isQuantity(value: Json): boolean {
  return !Number.isNaN(readNumber(value)) && !(typeof value === 'string' && IS_NAME.test(value));
}

export interface ReadDate {
  /** ms since epoch UTC; of a day without a time, when that day begins in UTC. NaN: no date. */
  readonly ms: number;
  /** A day without a time: it is the same day in every time zone. */
  readonly isDay: boolean;
}

const noDate: ReadDate = { ms: NaN, isDay: false };
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const ISO_DAY = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/;
const DOTTED = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/;
const DAY_FIRST = /^(\d{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3})[a-z]*\.?,?[ -](\d{4})$/i;
const MONTH_FIRST = /^([a-z]{3})[a-z]*\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$/i;

function dayOf(year: string, month: number, day: string): ReadDate {
  const ms = utcMs(Number(year), month, Number(day));
  const date = new Date(ms);
  // It takes 30 February for 2 March.
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === Number(day) ? { ms, isDay: true } : noDate;
}

/**
 * A value as a date: "2026-05-20", "20.05.2026", "20 May 2026", "May 20, 2026", or an ISO 8601 time. 05/06/2026 is none: it is read
 * as May here and as June there.
 */
export function readDate(value: Json): ReadDate {
  if (typeof value !== 'string' || value.length < 8 || value.length > 40) return noDate;
  const text = value.trim();
  const monthOf = (name: string | undefined) => MONTHS.indexOf((name ?? '').toLowerCase()) + 1;
  const iso = ISO_DAY.exec(text);
  if (iso !== null) return dayOf(iso[1] ?? '', Number(iso[3]), iso[4] ?? '');
  const dotted = DOTTED.exec(text);
  if (dotted !== null) return dayOf(dotted[3] ?? '', Number(dotted[2]), dotted[1] ?? '');
  const dayFirst = DAY_FIRST.exec(text);
  if (dayFirst !== null) return dayOf(dayFirst[3] ?? '', monthOf(dayFirst[2]), dayFirst[1] ?? '');
  const monthFirst = MONTH_FIRST.exec(text);
  if (monthFirst !== null) return dayOf(monthFirst[3] ?? '', monthOf(monthFirst[1]), monthFirst[2] ?? '');
  return { ms: timeOf(text), isDay: false };
}
