import { useMemo } from 'react';
import { findHits } from '../../shared/searchText.ts';
import { preview } from './preview.ts';

interface Props {
  readonly text: string;
  /** What stands in the search box; its hits are marked. */
  readonly query: string;
  /** Names, phone numbers and ids are found by parts of words too. */
  readonly parts?: boolean;
  /** Most characters to show, around the first hit; undefined: all. */
  readonly most?: number;
}

/** Text with the hits of the search marked. */
export function Marked({ text, query, parts = false, most }: Props) {
  const pieces = useMemo(
    () => preview(text, query.trim() === '' ? [] : findHits(text, query, parts), most),
    [text, query, parts, most],
  );
  return pieces.map(({ text, isHit }, i) => (isHit ? <mark key={i}>{text}</mark> : text));
}
