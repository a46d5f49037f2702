/** The items of a page as JSON texts on their way from the provider to the cache: one by one, or as they lie in the answer's bytes. */
export type Items = readonly string[] | CutItems;

/** Bytes cross threads without being read or copied; texts made of them in the main thread would take a tenth of a sync's time there. */
export interface CutItems {
  /** UTF-8. */
  readonly bytes: Uint8Array;
  /** Where in them each item begins and ends, by turns. */
  readonly places: Uint32Array;
}

const isCut = (items: Items): items is CutItems => 'places' in items;

/** Each item's text as UTF-8, as it was received. */
export function* eachItem(items: Items): Generator<Buffer, void, undefined> {
  if (!isCut(items)) {
    for (const item of items) yield Buffer.from(item);
    return;
  }
  const { buffer, byteOffset, byteLength } = items.bytes;
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  for (let i = 0; i < items.places.length; i += 2) yield bytes.subarray(items.places[i], items.places[i + 1]);
}

export function countItems(items: Items): number {
  return isCut(items) ? items.places.length / 2 : items.length;
}

/** The memory of items that can be handed to another thread: what has no buffer of its own is copied instead. */
export function buffersOf(items: Items): ArrayBuffer[] {
  if (!isCut(items)) return [];
  return [items.bytes, items.places].flatMap(({ buffer, byteLength }) =>
    buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [],
  );
}
