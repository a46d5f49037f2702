import { idsOf, type GroupPart, type IdPart } from './ids.ts';
import type { Picked } from './picked.ts';
import { NO_NUMBER, type Codes, type Numbers } from './segment.ts';

/** How a pivot goes along its calls. All of it is data, so that another thread can go along some of them; see sharedWork.ts. */

export type ByPlace = Numbers | Codes;

interface OfColumn {
  readonly do: 'add' | 'addPresent' | 'min' | 'max';
  readonly columns: readonly [ByPlace];
  /** A value is there if it is less. */
  readonly limit: number;
  readonly at: number;
}

/** What one loop over the picked calls adds to the accumulators, at `at` of each group's. */
export type Step =
  /** The calls, and up to two columns in which none is missing. */
  | { readonly do: 'count'; readonly columns: readonly ByPlace[] }
  | OfColumn
  /** The calls of a base, and those of them that match: by the codes of the one column, and of the other. */
  | {
      readonly do: 'share';
      readonly columns: readonly [codes: ByPlace, base: ByPlace];
      readonly isMatch: Uint8Array;
      readonly inBase: Uint8Array;
      readonly at: number;
    };

export interface AddingUp {
  readonly picked: Picked;
  /** What makes a call's group: where its accumulators begin. */
  readonly parts: readonly IdPart[];
  readonly groups: readonly GroupPart[];
  /** Where numbers go that are no call. */
  readonly nowhere: number;
  readonly steps: readonly Step[];
}

/** Adds up all picked calls. Returns by number where each call's accumulators begin; see idsOf. `check` may throw to stop it. */
export function addUp(
  { picked, parts, groups, nowhere, steps }: AddingUp,
  into: Float64Array,
  check: () => void = () => undefined,
): Uint32Array {
  const ids = idsOf(parts, groups, picked, nowhere);
  for (const step of steps) {
    check();
    take(step, into, ids, picked);
  }
  return ids;
}

/** Sums of it are the same to the last digit in whatever order calls are gone along. */
export function isExact({ steps }: AddingUp): boolean {
  return steps.every(({ do: does, columns }) => !does.startsWith('add') || columns[0] instanceof Uint16Array);
}

function take(step: Step, into: Float64Array, ids: Uint32Array, picked: Picked): void {
  switch (step.do) {
    case 'count':
      return countAnd(into, ids, picked, step.columns);
    case 'add':
      return addEach(into, ids, picked, step);
    case 'addPresent':
      return step.columns[0] instanceof Uint16Array
        ? addPresentSmall(into, ids, picked, step)
        : addPresent(into, ids, picked, step);
    case 'min':
      return least(into, ids, picked, step);
    case 'max':
      return most(into, ids, picked, step);
    case 'share':
      return share(into, ids, picked, step);
  }
}

// Numbers, places and ids are inside the arrays by construction, so nothing is undefined in these loops. Those of the commonest pivots
// are written out, with and without a list of places, and with whole numbers only: a count with one or two sums in one loop, at offsets
// that the loop knows, takes two thirds of the time of one loop each.
function countAnd(into: Float64Array, ids: Uint32Array, { length, places }: Picked, [a, b]: readonly ByPlace[]): void {
  if (a === undefined) count(into, ids, length);
  else if (places === undefined) {
    if (b === undefined) countAndSum(into, ids, length, a);
    else countAndSums(into, ids, length, a, b);
  } else if (b === undefined) countAndSumPicked(into, ids, length, places, a);
  else countAndSumsPicked(into, ids, length, places, a, b);
}

function count(into: Float64Array, ids: Uint32Array, length: number): void {
  for (let i = 0; i < length; i++) {
    const id = ids[i] as number;
    into[id] = (into[id] as number) + 1;
  }
}

function countAndSum(into: Float64Array, ids: Uint32Array, length: number, a: ByPlace): void {
  for (let i = 0; i < length; i++) {
    const id = ids[i] as number;
    into[id] = (into[id] as number) + 1;
    into[id + 1] = (into[id + 1] as number) + (a[i] as number);
  }
}

function countAndSums(into: Float64Array, ids: Uint32Array, length: number, a: ByPlace, b: ByPlace): void {
  for (let i = 0; i < length; i++) {
    const id = ids[i] as number;
    into[id] = (into[id] as number) + 1;
    into[id + 1] = (into[id + 1] as number) + (a[i] as number);
    into[id + 2] = (into[id + 2] as number) + (b[i] as number);
  }
}

function countAndSumPicked(
  into: Float64Array,
  ids: Uint32Array,
  length: number,
  places: Uint32Array,
  a: ByPlace,
): void {
  for (let i = 0; i < length; i++) {
    const id = ids[i] as number;
    into[id] = (into[id] as number) + 1;
    into[id + 1] = (into[id + 1] as number) + (a[places[i] as number] as number);
  }
}

function countAndSumsPicked(
  into: Float64Array,
  ids: Uint32Array,
  length: number,
  places: Uint32Array,
  a: ByPlace,
  b: ByPlace,
): void {
  for (let i = 0; i < length; i++) {
    const id = ids[i] as number;
    const place = places[i] as number;
    into[id] = (into[id] as number) + 1;
    into[id + 1] = (into[id + 1] as number) + (a[place] as number);
    into[id + 2] = (into[id + 2] as number) + (b[place] as number);
  }
}

function addEach(
  into: Float64Array,
  ids: Uint32Array,
  { length, places }: Picked,
  { columns: [values], at }: OfColumn,
): void {
  for (let i = 0; i < length; i++) {
    const slot = (ids[i] as number) + at;
    into[slot] = (into[slot] as number) + (values[places === undefined ? i : (places[i] as number)] as number);
  }
}

function addPresentSmall(
  into: Float64Array,
  ids: Uint32Array,
  { length, places }: Picked,
  { columns: [values], at }: OfColumn,
): void {
  for (let i = 0; i < length; i++) {
    const value = values[places === undefined ? i : (places[i] as number)] as number;
    // 1 for a value, 0 for a blank, without a branch: half of all calls may be blank, and each wrong guess costs ten additions.
    const isThere = (value - NO_NUMBER) >>> 31;
    const slot = (ids[i] as number) + at;
    into[slot] = (into[slot] as number) + value * isThere;
    into[slot + 1] = (into[slot + 1] as number) + isThere;
  }
}

function addPresent(
  into: Float64Array,
  ids: Uint32Array,
  { length, places }: Picked,
  { columns: [values], limit, at }: OfColumn,
): void {
  for (let i = 0; i < length; i++) {
    const value = values[places === undefined ? i : (places[i] as number)] as number;
    if (!(value < limit)) continue;
    const slot = (ids[i] as number) + at;
    into[slot] = (into[slot] as number) + value;
    into[slot + 1] = (into[slot + 1] as number) + 1;
  }
}

function least(
  into: Float64Array,
  ids: Uint32Array,
  { length, places }: Picked,
  { columns: [values], limit, at }: OfColumn,
): void {
  for (let i = 0; i < length; i++) {
    const value = values[places === undefined ? i : (places[i] as number)] as number;
    const slot = (ids[i] as number) + at;
    if (value < limit && value < (into[slot] as number)) into[slot] = value;
  }
}

function most(
  into: Float64Array,
  ids: Uint32Array,
  { length, places }: Picked,
  { columns: [values], limit, at }: OfColumn,
): void {
  for (let i = 0; i < length; i++) {
    const value = values[places === undefined ? i : (places[i] as number)] as number;
    const slot = (ids[i] as number) + at;
    if (value < limit && value > (into[slot] as number)) into[slot] = value;
  }
}

function share(
  into: Float64Array,
  ids: Uint32Array,
  { length, places }: Picked,
  { columns: [codes, base], isMatch, inBase, at }: Extract<Step, { do: 'share' }>,
): void {
  for (let i = 0; i < length; i++) {
    const place = places === undefined ? i : (places[i] as number);
    const counted = inBase[base[place] as number] as number;
    const slot = (ids[i] as number) + at;
    into[slot] = (into[slot] as number) + (counted & (isMatch[codes[place] as number] as number));
    into[slot + 1] = (into[slot + 1] as number) + counted;
  }
}
