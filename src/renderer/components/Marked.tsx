import { useMemo, type ReactNode } from 'react';
import { findHits } from '../../shared/searchHits.ts';
import type { Query, SearchField } from '../../shared/searchQuery.ts';
import { preview } from './preview.ts';

interface Props {
  readonly text: string;
  /** What the text stands in: marks obey `name:smith`, and names, phone numbers and ids are found by parts of words too. */
  readonly field: SearchField;
  /** What stands in the search box; its hits are marked. */
  readonly query: Query;
}

/** Text with the hits of the search marked. */
export function Marked({ text, field, query }: Props) {
  return useMemo(() => marked({ text, field, query }), [text, field, query]);
}

/** The same for what is drawn once; at most so many characters, around the first hit. */
export function marked({ text, field, query }: Props, most?: number): ReactNode {
  return preview(text, findHits(text, query, field), most).map(({ text, isHit }, i) =>
    isHit ? <mark key={i}>{text}</mark> : text,
  );
}
