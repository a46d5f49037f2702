import type { PivotSpec } from '../../shared/pivot.ts';
import type { Selection, Sort } from '../../shared/selection.ts';

/** What the export's thread is asked for. */
export interface ExportRequest {
  /** A new file, beside the one that is meant; who asks gives it its name at the end. */
  readonly part: string;
  readonly selection: Selection;
  readonly sort: readonly Sort[];
  /** null: no Pivot sheet. */
  readonly pivot: PivotSpec | null;
  readonly maskPhones: boolean;
  readonly appVersion: string;
  /** ms since epoch UTC. */
  readonly requestedAt: number;
}

export interface ExportResult {
  readonly rows: number;
  readonly sheets: readonly string[];
  /** What Excel's limits cut, in words. */
  readonly cuts: readonly string[];
}
