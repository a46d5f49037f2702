import type { Filter, Selection } from '../../shared/selection.ts';
import { bitsOfBatches, countBits, emptyBitmap, intersect, placesOf, type Bitmap } from './bitmap.ts';
import { bitsOfFilter, type WriteBits } from './filter.ts';
import { WORD, movesBetween, noCalls, type Layout } from './layout.ts';
import type { ColumnStore } from './store.ts';

/**
 * Which calls a selection means. Each filter and each demand of the text has a bitmap of its own, kept by value, so that one more filter, a
 * facet that leaves one out, or a word more, costs little besides a few thousand words of AND. After a sync only the words of its batch are
 * made anew.
 */

export interface Mask {
  /** Others may have the same: not to be changed. */
  readonly bits: Bitmap;
  /** Calls in the selection. */
  readonly count: number;
  /** Their places, ascending. */
  places(): Uint32Array;
}

/** One of the things that must be true of a call, as a value, and how the calls of which it is are marked. */
export interface Demand {
  readonly id: string;
  readonly write: WriteHits;
}
/** What a text demands; nothing, where it says nothing. */
export type FindText = (text: string, timeZone: string) => readonly Demand[];
/** Sets the bits of the calls that are found in the given batches; the bits of those batches are not set before. */
export type WriteHits = (bits: Bitmap, layout: Layout, batchNos: readonly number[]) => void;

interface Held {
  layout: Layout;
  bits: Bitmap;
}

/** More filters than a person has at once; a bitmap of a million calls takes 125 kB. */
const MOST_HELD = 48;
/** Each may hold its places and an order of them, 8 MB of a million calls. */
const MOST_MASKS = 4;

export class Masks {
  readonly #store: ColumnStore;
  readonly #findText: FindText;
  readonly #held = new Map<string, Held>();
  #masks = new Map<string, Mask>();
  #layout: Layout = noCalls;

  constructor(store: ColumnStore, findText: FindText) {
    this.#store = store;
    this.#findText = findText;
  }

  /** `inBatch` says whether the selection's batches include one. */
  of(selection: Selection, inBatch: (batchNo: number) => boolean): Mask {
    const { layout } = this.#store;
    if (layout !== this.#layout) {
      this.#layout = layout;
      this.#masks.clear();
    }
    const { batches, text, filters, timeZone } = selection;
    const id = JSON.stringify([batches, text, timeZone, filters.map((filter) => this.#idOf(filter, timeZone))]);
    const mask = this.#masks.get(id) ?? this.#make(selection, inBatch);
    keep(this.#masks, id, mask, MOST_MASKS);
    return mask;
  }

  #make({ text, filters, timeZone }: Selection, inBatch: (batchNo: number) => boolean): Mask {
    const demands = this.#findText(text, timeZone);
    const held = [
      ...demands.map(({ id, write }) => this.#bitsOf(JSON.stringify(['text', id, timeZone]), () => write)),
      ...filters.map((filter) => this.#bitsOf(this.#idOf(filter, timeZone), () => this.#filtered(filter, timeZone))),
    ];
    const isOfAll = held.length > 0 && this.#layout.batches.every(({ batchNo }) => inBatch(batchNo));
    const [first, ...others] = isOfAll ? held : [bitsOfBatches(this.#layout, inBatch), ...held];
    // One alone is as it is held: what is outside the heap, and lives long, has the collector go through all that is old.
    const bits = others.length === 0 ? (first as Bitmap) : (first as Bitmap).slice();
    for (const other of others) intersect(bits, other);
    const count = countBits(bits);
    let places: Uint32Array | undefined;
    return { bits, count, places: () => (places ??= placesOf(bits, count)) };
  }

  /** A range means other values once its column is taken for another kind, bins once the time zone is another. */
  #idOf(filter: Filter, timeZone: string): string {
    return JSON.stringify([filter, this.#store.kindOf(filter.of.column), filter.of.bin === undefined ? '' : timeZone]);
  }

  #filtered(filter: Filter, timeZone: string): WriteHits {
    let write: WriteBits | undefined;
    return (bits, layout, batchNos) => {
      write ??= bitsOfFilter(this.#store, filter, timeZone);
      const counts = new Map(layout.batches.map(({ batchNo, count }) => [batchNo, count]));
      for (const batchNo of batchNos) write(bits, layout.bases.get(batchNo) ?? 0, counts.get(batchNo) ?? 0);
    };
  }

  /** A bitmap as it is, brought up to the present batches where it was made before them. */
  #bitsOf(id: string, writer: () => WriteHits): Bitmap {
    const held = this.#held.get(id);
    if (held !== undefined && held.layout === this.#layout) {
      keep(this.#held, id, held, MOST_HELD);
      return held.bits;
    }
    const bits = emptyBitmap(this.#layout);
    const { kept, changed } = movesBetween(held?.layout ?? noCalls, this.#layout);
    for (const { from, to, count } of kept)
      bits.set(held?.bits.subarray(from / WORD, (from + count) / WORD) ?? [], to / WORD);
    writer()(
      bits,
      this.#layout,
      changed.map(({ batchNo }) => batchNo),
    );
    keep(this.#held, id, { layout: this.#layout, bits }, MOST_HELD);
    return bits;
  }
}

/** Puts an entry at the end and lets go of the oldest beyond `most`. */
function keep<T>(entries: Map<string, T>, id: string, entry: T, most: number): void {
  entries.delete(id);
  entries.set(id, entry);
  const oldest = entries.keys().next();
  if (entries.size > most && oldest.done !== true) entries.delete(oldest.value);
}
