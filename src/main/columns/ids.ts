import type { Picked } from './picked.ts';
import type { Codes } from './segment.ts';

/**
 * Writing for each picked call the number of its group. Each loop goes over all calls at once: one that is left and entered again for
 * every few thousand calls stays for long in code that is not optimised. And each meets codes of two bytes only: loops that have met
 * arrays of several widths take twice the time from then on.
 */

/** A part of an id: the call's code times the weight. */
export interface IdPart {
  readonly codes: Codes;
  readonly weight: number;
}

/** The same of an axis whose groups are numbered. */
export interface GroupPart {
  /** By the call's number. */
  readonly groups: Uint32Array;
  readonly weight: number;
}

/** Kept from one pivot to the next: to get fresh memory takes as long as to fill it. */
let scratch = new Uint32Array(0);
const widened: Uint16Array[] = [];

/** The codes in two bytes each where they have one; `d` tells those apart that are in use at one time. */
function wide(codes: Codes, d: number): Codes {
  if (!(codes instanceof Uint8Array)) return codes;
  let into = widened[d];
  if (into === undefined || into.length < codes.length) widened[d] = into = new Uint16Array(codes.length);
  into.set(codes);
  return into;
}

/** By number the sum of the parts, and `nowhere` for what is no call. The array is good until this is next called. */
export function idsOf(
  parts: readonly IdPart[],
  groups: readonly GroupPart[],
  picked: Picked,
  nowhere: number,
): Uint32Array {
  const { length, places, padding } = picked;
  if (scratch.length < length) scratch = new Uint32Array(length);
  const ids = scratch;
  const [a, b, c, d] = parts.slice(0, 4).map(({ codes, weight }, i) => ({ codes: wide(codes, i), weight }));
  if (a === undefined) ids.fill(0, 0, length);
  else if (places === undefined) {
    if (b === undefined) all1(ids, length, a.codes, a.weight);
    else if (c === undefined) all2(ids, length, a.codes, a.weight, b.codes, b.weight);
    else if (d === undefined) all3(ids, length, a.codes, a.weight, b.codes, b.weight, c.codes, c.weight);
    else all4(ids, length, a.codes, a.weight, b.codes, b.weight, c.codes, c.weight, d.codes, d.weight);
  } else {
    if (b === undefined) picked1(ids, places, length, a.codes, a.weight);
    else if (c === undefined) picked2(ids, places, length, a.codes, a.weight, b.codes, b.weight);
    else if (d === undefined) picked3(ids, places, length, a.codes, a.weight, b.codes, b.weight, c.codes, c.weight);
    else picked4(ids, places, length, a.codes, a.weight, b.codes, b.weight, c.codes, c.weight, d.codes, d.weight);
  }
  for (const { codes, weight } of parts.slice(4)) addCodes(ids, places, length, wide(codes, 0), weight);
  for (const { groups: more, weight } of groups) addGroups(ids, length, more, weight);
  for (const i of padding) ids[i] = nowhere;
  return ids;
}

// Numbers and places are inside the arrays by construction, so nothing is undefined here. Written out for up to four dimensions, with
// and without a list of places: one loop over all takes half the time of one loop each.

function all1(ids: Uint32Array, length: number, a: Codes, wa: number): void {
  for (let i = 0; i < length; i++) {
    ids[i] = (a[i] as number) * wa;
  }
}

function all2(ids: Uint32Array, length: number, a: Codes, wa: number, b: Codes, wb: number): void {
  for (let i = 0; i < length; i++) {
    ids[i] = (a[i] as number) * wa + (b[i] as number) * wb;
  }
}

function all3(
  ids: Uint32Array,
  length: number,
  a: Codes,
  wa: number,
  b: Codes,
  wb: number,
  c: Codes,
  wc: number,
): void {
  for (let i = 0; i < length; i++) {
    ids[i] = (a[i] as number) * wa + (b[i] as number) * wb + (c[i] as number) * wc;
  }
}

function all4(
  ids: Uint32Array,
  length: number,
  a: Codes,
  wa: number,
  b: Codes,
  wb: number,
  c: Codes,
  wc: number,
  d: Codes,
  wd: number,
): void {
  for (let i = 0; i < length; i++) {
    ids[i] = (a[i] as number) * wa + (b[i] as number) * wb + (c[i] as number) * wc + (d[i] as number) * wd;
  }
}

function picked1(ids: Uint32Array, places: Uint32Array, length: number, a: Codes, wa: number): void {
  for (let i = 0; i < length; i++) {
    const place = places[i] as number;
    ids[i] = (a[place] as number) * wa;
  }
}

function picked2(
  ids: Uint32Array,
  places: Uint32Array,
  length: number,
  a: Codes,
  wa: number,
  b: Codes,
  wb: number,
): void {
  for (let i = 0; i < length; i++) {
    const place = places[i] as number;
    ids[i] = (a[place] as number) * wa + (b[place] as number) * wb;
  }
}

function picked3(
  ids: Uint32Array,
  places: Uint32Array,
  length: number,
  a: Codes,
  wa: number,
  b: Codes,
  wb: number,
  c: Codes,
  wc: number,
): void {
  for (let i = 0; i < length; i++) {
    const place = places[i] as number;
    ids[i] = (a[place] as number) * wa + (b[place] as number) * wb + (c[place] as number) * wc;
  }
}

function picked4(
  ids: Uint32Array,
  places: Uint32Array,
  length: number,
  a: Codes,
  wa: number,
  b: Codes,
  wb: number,
  c: Codes,
  wc: number,
  d: Codes,
  wd: number,
): void {
  for (let i = 0; i < length; i++) {
    const place = places[i] as number;
    ids[i] =
      (a[place] as number) * wa + (b[place] as number) * wb + (c[place] as number) * wc + (d[place] as number) * wd;
  }
}

function addCodes(
  ids: Uint32Array,
  places: Uint32Array | undefined,
  length: number,
  codes: Codes,
  weight: number,
): void {
  for (let i = 0; i < length; i++) {
    const place = places === undefined ? i : (places[i] as number);
    ids[i] = (ids[i] as number) + (codes[place] as number) * weight;
  }
}

function addGroups(ids: Uint32Array, length: number, groups: Uint32Array, weight: number): void {
  for (let i = 0; i < length; i++) ids[i] = (ids[i] as number) + (groups[i] as number) * weight;
}
