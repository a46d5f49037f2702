import type { Hit } from '../../shared/searchHits.ts';

/** Cutting a text for a cell and into marked and unmarked pieces. Pure. */

export interface Piece {
  readonly text: string;
  readonly isHit: boolean;
}

/** How much of the text to leave before a hit that would be cut off. */
const LEAD = 40;

/** Never between the halves of a character outside the first plane. */
function whole(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}

/** Pieces of at most `most` characters around the first hit, with dots where the text goes on. Hits in order, without overlap. */
export function preview(text: string, hits: readonly Hit[], most = Infinity): readonly Piece[] {
  const firstHit = hits[0]?.start ?? 0;
  const isCutBefore = text.length > most && firstHit > most - LEAD;
  const start = isCutBefore ? whole(text, Math.max(0, firstHit - LEAD)) : 0;
  const end = text.length - start > most ? whole(text, start + most) : text.length;
  const pieces: Piece[] = [];
  const add = (from: number, to: number, isHit: boolean) => {
    if (to > from) pieces.push({ text: text.slice(from, to), isHit });
  };
  let at = start;
  for (const hit of hits) {
    if (hit.end <= start || hit.start >= end) continue;
    add(at, Math.max(at, hit.start), false);
    add(Math.max(at, hit.start), Math.min(hit.end, end), true);
    at = Math.min(hit.end, end);
  }
  add(at, end, false);
  if (start > 0) pieces.unshift({ text: '… ', isHit: false });
  if (end < text.length) pieces.push({ text: ' …', isHit: false });
  return pieces;
}
