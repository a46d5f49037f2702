import type { EncodedProfile } from './kinds.ts';
import type { EncodedSegment } from './segments.ts';
import type { EncodedChunk } from './textIndex.ts';

/** What readers see of a batch, as it goes from the thread that makes it to the one that writes it; see settle.ts. */
export interface Settled {
  /** The state of the rows that it was made from. */
  readonly madeOf: RowsState;
  readonly calls: number;
  /** Calls whose analysis or transcript will still come. */
  readonly pending: number;
  readonly segments: readonly EncodedSegment[];
  readonly profiles: readonly EncodedProfile[];
  readonly index: readonly EncodedChunk[];
}

/** Writes to the rows since the batch was last settled, and how often it has changed before. */
export interface RowsState {
  readonly is_dirty: number;
  readonly revision: number;
}

/** The memory that it takes, to be handed from thread to thread. */
export function buffersOf({ segments, index }: Settled): ArrayBufferLike[] {
  return [...segments, ...index].map(({ data }) => data.buffer);
}
