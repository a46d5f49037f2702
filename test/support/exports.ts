import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openReader, type Reader } from '../../src/main/cache/reader.ts';
import { openWriter } from '../../src/main/cache/writer.ts';
import type { ExportRequest } from '../../src/main/export/request.ts';
import type { Task } from '../../src/main/threads.ts';
import { exportOptionsSchema } from '../../src/shared/exportOptions.ts';
import type { JsonText } from '../../src/shared/json.ts';
import type { ProviderBatch } from '../../src/shared/model.ts';
import { everything } from '../../src/shared/selection.ts';

/** Real caches to export from, in a folder that goes with the test's process. */

const folder = mkdtempSync(join(tmpdir(), 'callbook-export-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

let files = 0;
export const newFile = (extension: string) => join(folder, `${++files}.${extension}`);
export const quiet: Task = { throwIfCancelled() {}, progress() {}, transfer() {} };

/** A cache with one batch a list of items (sched_1, sched_2 …), given as JSON texts or objects; the file it lies in. */
export function cacheFileOf(...lists: readonly (readonly unknown[])[]): string {
  const file = newFile('sqlite');
  const writer = openWriter(file);
  writer.saveAccount({
    id: 'a',
    name: 'Sample',
    baseUrl: 'https://x.test',
    isSample: false,
    rateLimit: null,
    providerAccountId: null,
  });
  const batches = lists.map((_, i): ProviderBatch => ({
    schedule_id: `sched_${i + 1}`,
    agent_name: 'Renewals',
    version_id: 'pmt-2',
    status: 'completed',
  }));
  writer.saveBatches({ accountId: 'a', batches: JSON.stringify(batches) as JsonText<ProviderBatch[]> });
  const runId = writer.startRun({ accountId: 'a', batches: [] });
  lists.forEach((items, i) => {
    const batch = `a/sched_${i + 1}`;
    writer.startBatch({ batch, runId });
    writer.startPass(batch);
    writer.addPage({
      batch,
      page: 1,
      items: items.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))),
    });
    writer.finishBatch({ batch, end: 'whole' });
    writer.settle();
  });
  writer.close();
  return file;
}

export function cacheOf(...lists: readonly (readonly unknown[])[]): Reader {
  return openReader(cacheFileOf(...lists));
}

export const request = (part: string, change: Partial<ExportRequest> = {}): ExportRequest => ({
  ...exportOptionsSchema.parse({ selection: everything('Europe/Berlin'), sort: [] }),
  part,
  recordings: {},
  appVersion: '0.1.0',
  requestedAt: Date.UTC(2026, 4, 20, 12),
  ...change,
});

/** An item of the provider's results. */
export const call = (id: string, fields: object = {}) => ({
  call_id: id,
  external_id: '00101',
  phone_number: '+4930901820',
  name: 'Jane Doe',
  status: 'completed',
  duration_seconds: 145,
  answer_duration_seconds: 132,
  disconnect_reason: 'agent_hangup',
  transcript_status: 'ready',
  analysis_status: 'ready',
  summary: 'Wants a demo.',
  outcomes: {},
  recording: { available: true, file_key: `recordings/${id}.wav` },
  started_at: '2026-05-15T08:30:05Z',
  ended_at: '2026-05-15T08:32:30Z',
  ...fields,
});
