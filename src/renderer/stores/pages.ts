/** Which pages of rows to read and which to keep. Pure, so that it can be tested without a window. */

export const PAGE_ROWS = 100;

/** Row indices, both inclusive. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** Pages that the span touches and that are not at hand, in reading order. */
export function missingPages(
  { first, last }: Span,
  total: number,
  isAtHand: (page: number) => boolean,
): readonly number[] {
  const missing: number[] = [];
  const end = Math.min(last, total - 1);
  for (let page = Math.floor(Math.max(0, first) / PAGE_ROWS); page * PAGE_ROWS <= end; page++) {
    if (!isAtHand(page)) missing.push(page);
  }
  return missing;
}

/** The `most` pages nearest to the span; the rest is let go. */
export function nearestPages<T>(
  pages: ReadonlyMap<number, T>,
  { first, last }: Span,
  most: number,
): ReadonlyMap<number, T> {
  if (pages.size <= most) return pages;
  const middle = (first + last) / 2 / PAGE_ROWS;
  const nearest = [...pages].sort(([a], [b]) => Math.abs(a - middle) - Math.abs(b - middle));
  return new Map(nearest.slice(0, most));
}
