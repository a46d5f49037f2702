import type { ExportOptions } from '../../shared/exportOptions.ts';

/** What the export's thread is asked for. */
export interface ExportRequest extends ExportOptions {
  /** A new file, beside the one that is meant; who asks gives it its name at the end. With `split` into files, a new folder. */
  readonly part: string;
  readonly appVersion: string;
  /** ms since epoch UTC. */
  readonly requestedAt: number;
}

export interface ExportResult {
  readonly rows: number;
  readonly files: number;
  readonly sheets: readonly string[];
  /** What Excel's limits cut, in words. */
  readonly cuts: readonly string[];
}

/** The zone in which times are written. */
export function timeZoneOf({ timeZone, selection }: ExportOptions): string {
  return timeZone ?? selection.timeZone;
}
