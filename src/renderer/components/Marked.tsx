import { useMemo } from 'react';
import { findHits } from '../../shared/searchHits.ts';
import type { Query, SearchField } from '../../shared/searchQuery.ts';
import { preview } from './preview.ts';

interface Props {
  readonly text: string;
  /** What the text stands in: marks obey `name:smith`, and names, phone numbers and ids are found by parts of words too. */
  readonly field: SearchField;
  /** What stands in the search box; its hits are marked. */
  readonly query: Query;
  /** Most characters to show, around the first hit; undefined: all. */
  readonly most?: number;
}

/** Text with the hits of the search marked. */
export function Marked({ text, field, query, most }: Props) {
  const pieces = useMemo(() => preview(text, findHits(text, query, field), most), [text, field, query, most]);
  return pieces.map(({ text, isHit }, i) => (isHit ? <mark key={i}>{text}</mark> : text));
}
