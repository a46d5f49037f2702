import { paddingOf } from './layout.ts';
import type { Mask } from './masks.ts';
import type { ColumnStore } from './store.ts';

/**
 * The calls that a pivot goes along, each with a number from 0 on. Where they are all calls, a call's number is its place, so that no
 * list of places has to be read; the few places that belong to no call then have numbers, too.
 */
export interface Picked {
  /** Numbers are less than this. */
  readonly length: number;
  /** By number; undefined: the number is the place. */
  readonly places: Uint32Array | undefined;
  /** Numbers that belong to no call. */
  readonly padding: Uint32Array;
}

const none = new Uint32Array(0);

export function pickedBy({ layout }: ColumnStore, mask: Mask): Picked {
  if (mask.count === layout.calls) return { length: layout.length, places: undefined, padding: paddingOf(layout) };
  const places = mask.places();
  return { length: places.length, places, padding: none };
}
