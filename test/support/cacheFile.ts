import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openReader, type Reader } from '../../src/main/cache/reader.ts';
import { openWriter, type Writer } from '../../src/main/cache/writer.ts';
import type { SyncCounts } from '../../src/shared/model.ts';
import type { Selection } from '../../src/shared/selection.ts';

/** A real cache in a folder of its own, written and read in this thread. */
export interface CacheFile {
  readonly file: string;
  readonly writer: Writer;
  readonly reader: Reader;
  /** Takes items into a batch as one whole pass, in pages of `pageSize`. */
  ingest(scheduleId: string, items: readonly unknown[], pageSize?: number): SyncCounts;
  close(): void;
}

export const ACCOUNT = 'acc_test';
export const all: Selection = { batches: [], text: '', filters: [], timeZone: 'Europe/Berlin' };

export function makeCacheFile(): CacheFile {
  const folder = mkdtempSync(join(tmpdir(), 'callbook-cache-'));
  const file = join(folder, 'cache.sqlite');
  const writer = openWriter(file);
  writer.saveAccount({
    id: ACCOUNT,
    name: 'Test',
    baseUrl: 'https://example.test',
    isSample: false,
    rateLimit: null,
    providerAccountId: null,
  });
  const reader = openReader(file);
  return {
    file,
    writer,
    reader,
    ingest(scheduleId, items, pageSize = 500) {
      const batch = `${ACCOUNT}/${scheduleId}`;
      writer.saveBatches({
        accountId: ACCOUNT,
        batches: JSON.stringify([{ schedule_id: scheduleId, agent_name: 'Agent' }]),
      });
      writer.startBatch({ batch, runId: writer.startRun({ accountId: ACCOUNT, batches: [] }) });
      writer.startPass(batch);
      for (let at = 0; at < Math.max(items.length, 1); at += pageSize) {
        const page = items
          .slice(at, at + pageSize)
          .map((item) => (typeof item === 'string' ? item : JSON.stringify(item)));
        writer.addPage({ batch, page: at / pageSize + 1, items: page });
      }
      const counts = writer.finishBatch({ batch, end: 'whole' });
      writer.settle();
      return counts;
    },
    close() {
      reader.close();
      writer.close();
      rmSync(folder, { recursive: true });
    },
  };
}
