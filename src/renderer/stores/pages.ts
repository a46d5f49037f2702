/** Which pages of rows to read and which to keep. Pure, so that it can be tested without a window. */

/** Few, as whole pages are read and a screen of rows seldom ends with one. */
export const PAGE_ROWS = 10;

/** Rows or pages by their index, both inclusive. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** From the first page that the span touches and that is not at hand to the last; undefined: all are. */
export function missingPages(
  { first, last }: Span,
  total: number,
  isAtHand: (page: number) => boolean,
): Span | undefined {
  const missing: number[] = [];
  const end = Math.min(last, total - 1);
  for (let page = Math.floor(Math.max(0, first) / PAGE_ROWS); page * PAGE_ROWS <= end; page++) {
    if (!isAtHand(page)) missing.push(page);
  }
  const [from = NaN] = missing;
  return missing.length === 0 ? undefined : { first: from, last: missing.at(-1) ?? from };
}

/** Puts the rows of some pages among the others. */
export function withRows<Row>(
  pages: ReadonlyMap<number, readonly Row[]>,
  { first, last }: Span,
  rows: readonly Row[],
): Map<number, readonly Row[]> {
  const next = new Map(pages);
  // A page that has no rows any more is read, too: else it would be asked for again and again.
  for (let page = first; page <= last; page++)
    next.set(page, rows.slice((page - first) * PAGE_ROWS, (page - first + 1) * PAGE_ROWS));
  return next;
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

/** The rows at hand that are nearest to a place, at whichever end of their page; none where none is at hand. */
export function nearestRows<Row>(
  pages: ReadonlyMap<number, readonly Row[]>,
  to: number,
  most: number,
): { readonly row: Row; readonly place: number }[] {
  let nearest: { readonly row: Row; readonly place: number }[] = [];
  const away = (rows: typeof nearest) => Math.abs((rows[0]?.place ?? Infinity) - to);
  for (const [page, rows] of pages) {
    const first = page * PAGE_ROWS;
    const placed = rows.map((row, i) => ({ row, place: first + i }));
    const near = to < first ? placed.slice(0, most) : placed.slice(-most).reverse();
    if (away(near) < away(nearest)) nearest = near;
  }
  return nearest;
}

/** All rows of the spans; undefined where some are not at hand. */
export function rowsAtHand<Row>(pages: ReadonlyMap<number, readonly Row[]>, spans: readonly Span[]): Row[] | undefined {
  const rows: Row[] = [];
  for (const { first, last } of spans) {
    for (let at = first; at <= last; at++) {
      const row = pages.get(Math.floor(at / PAGE_ROWS))?.[at % PAGE_ROWS];
      if (row === undefined) return undefined;
      rows.push(row);
    }
  }
  return rows;
}
