import type { Sort } from '../../shared/selection.ts';
import { firstPlaces } from './firstPlaces.ts';
import type { Layout } from './layout.ts';
import type { Mask } from './masks.ts';
import { sortPlaces } from './sort.ts';
import type { ColumnStore } from './store.ts';

/**
 * Calls in order, window by window. The first windows of a new order come without putting all calls in order; who scrolls on gets the
 * whole order, which is kept.
 */

/** Up to this place a window is picked out; beyond, all calls are put in order. */
const FIRST = 1_000;
const MOST_ORDERS = 3;

export class Orders {
  readonly #store: ColumnStore;
  #layout: Layout | undefined;
  /** Of all calls, by sorts; the newest last. */
  readonly #orders = new Map<string, Uint32Array>();
  /** Of the calls of a mask; they go when the mask goes. */
  #selected = new WeakMap<Mask, Map<string, Uint32Array>>();

  constructor(store: ColumnStore) {
    this.#store = store;
  }

  /** Places of the mask's calls from `offset` on, at most `limit`. `everything` is the mask of all calls. */
  window(
    mask: Mask,
    everything: () => Mask,
    sorts: readonly Sort[],
    timeZone: string,
    { offset, limit }: { offset: number; limit: number },
  ): Uint32Array {
    const end = Math.min(offset + limit, mask.count);
    const isKnown = this.#selected.get(mask)?.has(this.#idOf(sorts, timeZone)) === true;
    if (!isKnown && end <= FIRST) return firstPlaces(this.#store, mask, sorts, timeZone, end).subarray(offset);
    return this.all(mask, everything, sorts, timeZone).subarray(offset, end);
  }

  /** Places of all calls of the mask. */
  all(mask: Mask, everything: () => Mask, sorts: readonly Sort[], timeZone: string): Uint32Array {
    const id = this.#idOf(sorts, timeZone);
    let selected = this.#selected.get(mask);
    if (selected === undefined) this.#selected.set(mask, (selected = new Map<string, Uint32Array>()));
    let places = selected.get(id);
    if (places === undefined) {
      places = chosen(this.#order(everything, sorts, timeZone), mask);
      // Another order of the same calls takes the place of the last.
      selected.clear();
      selected.set(id, places);
    }
    return places;
  }

  #order(everything: () => Mask, sorts: readonly Sort[], timeZone: string): Uint32Array {
    if (this.#layout !== this.#store.layout) {
      this.#layout = this.#store.layout;
      this.#orders.clear();
    }
    const id = this.#idOf(sorts, timeZone);
    const order = this.#orders.get(id) ?? this.#sorted(everything, sorts, timeZone);
    this.#orders.delete(id);
    this.#orders.set(id, order);
    const oldest = this.#orders.keys().next();
    if (this.#orders.size > MOST_ORDERS && oldest.done !== true) this.#orders.delete(oldest.value);
    return order;
  }

  /** Where the order by all sorts but the first is known, only that one is left to do. */
  #sorted(everything: () => Mask, sorts: readonly Sort[], timeZone: string): Uint32Array {
    const rest = sorts.length > 1 ? this.#orders.get(this.#idOf(sorts.slice(1), timeZone)) : undefined;
    return rest === undefined
      ? sortPlaces(this.#store, everything().places(), sorts, timeZone)
      : sortPlaces(this.#store, rest, sorts.slice(0, 1), timeZone);
  }

  /** An order is another once its column is taken for another kind. */
  #idOf(sorts: readonly Sort[], timeZone: string): string {
    return JSON.stringify([sorts, sorts.map(({ column }) => this.#store.kindOf(column)), timeZone]);
  }
}

function chosen(order: Uint32Array, { bits, count }: Mask): Uint32Array {
  if (count === order.length) return order;
  // One more, since the place after the last is written before it is known not to be wanted.
  const places = new Uint32Array(count + 1);
  let at = 0;
  for (let i = 0; i < order.length; i++) {
    const place = order[i] as number;
    places[at] = place;
    at += ((bits[place >>> 5] as number) >>> (place & 31)) & 1;
  }
  return places.subarray(0, count);
}
