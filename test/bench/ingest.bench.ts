import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openReader } from '../../src/main/cache/reader.ts';
import { openWriter } from '../../src/main/cache/writer.ts';
import type { CutItems } from '../../src/main/items.ts';
import { benchRow, quantile, type BenchOptions, type BenchRow } from './bench.ts';
import { BENCH_ACCOUNT } from './cache.ts';
import { CALLS_A_BATCH, benchBatches } from './data.ts';
import { createPlainRows, insertPlainRow } from './plainRows.ts';

/**
 * Taking calls in, with everything on: checked, rows, words, parts, columns, history, a transaction a page of 500. What a sync does in two
 * threads side by side is done here one after the other, with the same parts. The peer puts the same text into a plain table, a transaction
 * a page, in the same kind of file. Times are for 10,000 calls, a batch.
 */

const PAGE = 500;

interface Measured {
  readonly ms: number;
  /** Processor time of all threads. */
  readonly cpuMs: number;
}

function measure(work: () => void): Measured {
  const start = performance.now();
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return { ms: performance.now() - start, cpuMs: (user + system) / 1000 };
}

/** A page as the provider's answer is cut: see api/pageItems.ts. */
function cutItems(items: readonly string[]): CutItems {
  const places: number[] = [];
  let end = 0;
  for (const item of items) places.push(end, (end += Buffer.byteLength(item)));
  return { bytes: Buffer.from(items.join('')), places: Uint32Array.from(places) };
}

const median = (values: readonly number[]) =>
  quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );

export async function bench({ isQuick }: BenchOptions): Promise<readonly BenchRow[]> {
  const size = isQuick ? 1_000 : CALLS_A_BATCH;
  const batches = isQuick ? 3 : 10;
  const folder = mkdtempSync(join(tmpdir(), 'callbook-bench-ingest-'));
  try {
    const cacheFile = join(folder, 'cache.sqlite');
    const writer = openWriter(cacheFile);
    writer.saveAccount({
      id: BENCH_ACCOUNT,
      name: 'Bench',
      baseUrl: 'https://example.test',
      isSample: false,
      rateLimit: null,
    });
    const reader = openReader(cacheFile);
    const plain = new Database(join(folder, 'plain.sqlite'));
    plain.pragma('journal_mode = WAL');
    plain.pragma('synchronous = NORMAL');
    plain.exec(createPlainRows);
    const insert = plain.prepare(insertPlainRow);
    const insertPage = plain.transaction((items: readonly string[], firstRow: number) =>
      items.forEach((item, i) => insert.run(firstRow + i, String(firstRow + i), item)),
    );
    const ours: Measured[] = [];
    const peer: Measured[] = [];
    const again: Measured[] = [];
    let bytes = 0;
    let rowId = 0;
    for (const { key, batch, items } of benchBatches(batches * CALLS_A_BATCH, BENCH_ACCOUNT)) {
      const pages = Array.from({ length: size / PAGE }, (_, page) => items(page * PAGE, (page + 1) * PAGE));
      for (const item of pages.flat()) bytes += Buffer.byteLength(item);
      const answers = pages.map(cutItems);
      writer.saveBatches({ accountId: BENCH_ACCOUNT, batches: JSON.stringify([batch]) });
      const runId = writer.startRun({ accountId: BENCH_ACCOUNT, batches: [] });
      const takeIn = () => {
        writer.startBatch({ batch: key, runId });
        writer.startPass(key);
        answers.forEach((page, p) => writer.addPage({ batch: key, page: p + 1, items: page }));
        writer.finishBatch({ batch: key, end: 'whole' });
        const settled = reader.makeSettled(key);
        if (settled !== undefined) writer.saveSettled({ batch: key, settled });
      };
      ours.push(measure(takeIn));
      again.push(measure(takeIn));
      peer.push(
        measure(() => {
          for (const page of pages) {
            insertPage.immediate(page, rowId);
            rowId += page.length;
          }
        }),
      );
    }
    reader.close();
    writer.close();
    plain.close();
    const share = statSync(cacheFile).size / bytes;
    const ms = median(ours.map((one) => one.ms));
    const cpuUs = (all: readonly Measured[]) => Math.round((median(all.map((one) => one.cpuMs)) / size) * 1000);
    const note = `${Math.round(size / (ms / 1000))} calls/s, ${cpuUs(ours)} µs of processor a call; ${share.toFixed(2)} × the JSON received on disk`;
    return [
      benchRow('ingest', `${size} new calls`, ms, { sqlite_rows: median(peer.map((one) => one.ms)) }, note),
      benchRow(
        'ingest',
        `${size} calls again, unchanged`,
        median(again.map((one) => one.ms)),
        {},
        `${cpuUs(again)} µs of processor a call`,
      ),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
