import { counted, formatBytes, formatCount, formatDateTime, formatDuration } from '../../shared/format.ts';
import { fromJsonBytes } from '../../shared/json.ts';
import type { CallRow, PastRun } from '../../shared/model.ts';
import { timeOf } from '../../shared/call.ts';
import { newestFirst } from '../../shared/selection.ts';
import { parseSort } from './expressions.ts';
import { knownColumns, readSelection, type ExitCode, type SelectionOptions, type Session } from './session.ts';
import { textTable } from './table.ts';

/** The commands that list what is in the cache: batches, past syncs, calls. */

export async function listBatches(session: Session): Promise<ExitCode> {
  const batches = await session.app.commands['batches.list'](undefined);
  const time = (ms: number | null) => (ms === null ? 'never' : formatDateTime(ms, session.timeZone));
  const rows = batches.map((batch) => [
    batch.batch_id,
    batch.agent_name ?? '',
    batch.status ?? '',
    formatCount(batch.calls),
    time(batch.syncedAt) + (batch.syncedAt !== null && !batch.isComplete ? ' (not whole)' : ''),
  ]);
  session.print(
    batches.map(({ batch_id, agent_name, status, calls, syncedAt }) => ({
      batch_id,
      agent_name,
      status,
      calls,
      synced_at: syncedAt === null ? null : new Date(syncedAt).toISOString(),
    })),
    batches.length === 0
      ? 'No batches yet. Get them with: sync'
      : textTable(['Batch', 'Agent', 'Status', 'Calls', 'Synced'], rows, [3]),
  );
  return 0;
}

const runEnds: Record<PastRun['state'], string> = {
  done: 'done',
  partly: 'partly done',
  failed: 'failed',
  cancelled: 'cancelled',
  interrupted: 'interrupted',
};

/** The syncs of the past, the newest first: what each brought, and what it asked of the provider. */
export async function listRuns(session: Session, { limit }: { readonly limit: number }): Promise<ExitCode> {
  const { commands } = session.app;
  const runs = await commands['sync.runs']({ limit });
  const nameOf = new Map((await commands['accounts.list'](undefined)).map(({ id, name }) => [id, name]));
  const seconds = ({ startedAt, finishedAt }: PastRun) => (finishedAt - startedAt) / 1_000;
  const rows = runs.map((run) => [
    formatDateTime(run.startedAt, session.timeZone),
    // A removed account leaves its runs.
    nameOf.get(run.accountId) ?? '',
    ...[run.batches, run.new, run.changed, run.unchanged, run.gone, run.rejected, run.requests].map(formatCount),
    formatCount(run.retries),
    formatBytes(run.bytes),
    formatDuration(Math.round(seconds(run))),
    runEnds[run.state] + (run.isAutomatic ? ', by itself' : ''),
  ]);
  const head = ['Started', 'Account', 'Batches', 'New', 'Changed', 'Unchanged', 'Gone', 'Rejected', 'Requests'];
  session.print(
    runs.map(({ accountId, startedAt, finishedAt, isAutomatic, runId, ...run }) => ({
      run_id: runId,
      account: nameOf.get(accountId) ?? null,
      ...run,
      is_automatic: isAutomatic,
      started_at: new Date(startedAt).toISOString(),
      finished_at: new Date(finishedAt).toISOString(),
    })),
    runs.length === 0
      ? limit === 0
        ? 'None shown, as --limit is 0.'
        : 'No sync has ended yet.'
      : textTable([...head, 'Retries', 'Received', 'Took', ''], rows, [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
  );
  return 0;
}

interface SearchOptions extends SelectionOptions {
  readonly sort?: string;
  readonly limit: number;
  readonly offset: number;
}

const WINDOW = 1_000;

export async function search(session: Session, text: string, options: SearchOptions): Promise<ExitCode> {
  const { commands } = session.app;
  const known = await knownColumns(session);
  const selection = await readSelection(session, { ...options, text }, known);
  const sort = [options.sort === undefined ? newestFirst : parseSort(options.sort, known)];
  const idOf = new Map((await commands['batches.list'](undefined)).map(({ key, batch_id }) => [key, batch_id]));
  const rows: CallRow[] = [];
  let total = 0;
  do {
    const limit = Math.min(WINDOW, options.limit - rows.length);
    const window = await commands['calls.window']({ selection, sort, offset: options.offset + rows.length, limit });
    const portion = fromJsonBytes(window.rows);
    total = window.total;
    rows.push(...portion);
    if (portion.length === 0) break;
  } while (rows.length < options.limit && options.offset + rows.length < total);
  const table = rows.map(({ call }) => [
    call.started_at === null ? '' : formatDateTime(timeOf(call.started_at), session.timeZone),
    call.name ?? '',
    call.phone_number ?? '',
    call.status ?? '',
    call.duration_seconds === null ? '' : formatDuration(call.duration_seconds),
    call.summary ?? '',
  ]);
  const shown =
    rows.length < total ? `${formatCount(rows.length)} of ${counted(total, 'call')}` : counted(total, 'call');
  session.print(
    { total, calls: rows.map((row) => toDocument(row, idOf)) },
    rows.length === 0
      ? shown
      : `${textTable(['Started', 'Name', 'Phone number', 'Status', 'Duration', 'Summary'], table, [4])}\n${shown}`,
  );
  return 0;
}

/** Metadata only where there is some: most accounts have none. */
function toDocument({ batch, call: { metadata, ...call } }: CallRow, idOf: ReadonlyMap<string, string>) {
  return { batch_id: idOf.get(batch) ?? batch, ...call, ...(metadata === null ? {} : { metadata }) };
}
