import { resolve } from 'node:path';
import type { ExportProgress } from '../../shared/contract.ts';
import { CallbookError, fromErrorValue } from '../../shared/errors.ts';
import { exportOptionsSchema } from '../../shared/exportOptions.ts';
import { formatCount } from '../../shared/format.ts';
import { newestFirst } from '../../shared/selection.ts';
import { readPivotSpec, type PivotOptions } from './readCommands.ts';
import { knownColumns, readSelection, say, type ExitCode, type SelectionOptions, type Session } from './session.ts';

interface ExportOptions extends SelectionOptions, PivotOptions {
  readonly maskPhones?: true;
}

function showProgress({ state, rowsWritten, rowsTotal }: ExportProgress): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(
    state === 'running' ? `\r\x1b[K${formatCount(rowsWritten)} of ${formatCount(rowsTotal)} calls` : '\r\x1b[K',
  );
}

/** Writes the selection to a new or replaced file. Ctrl+C leaves the old one as it was. */
export async function exportFile(session: Session, name: string, options: ExportOptions): Promise<ExitCode> {
  const { app } = session;
  const known = await knownColumns(session);
  const selection = await readSelection(session, options, known);
  const hasPivot = options.rows.length + options.columns.length + options.measure.length > 0;
  session.saveTarget = resolve(name);
  const target = await app.commands['export.chooseTarget']({ suggestedName: name.slice(-200) });
  if (target === null) throw new CallbookError('UNKNOWN_TARGET');

  const { promise, resolve: end } = Promise.withResolvers<ExportProgress>();
  const stop = app.on('export.progressed', (progress) => {
    showProgress(progress);
    if (progress.state !== 'running') end(progress);
  });
  const jobId = await app.commands['export.start']({
    ...exportOptionsSchema.parse({ selection, sort: [newestFirst] }),
    token: target.token,
    pivot: hasPivot ? readPivotSpec(options, known) : null,
    maskPhones: options.maskPhones === true,
  });
  const cancel = () => void app.commands['export.cancel']({ jobId });
  process.once('SIGINT', cancel);
  const result = await promise;
  process.off('SIGINT', cancel);
  stop();

  if (result.error !== null) throw fromErrorValue(result.error);
  if (result.state === 'cancelled')
    throw new CallbookError('CANCELLED', 'Cancelled. Nothing was written; a file of that name is as it was.');
  const { rowsWritten: rows, sheets, cuts } = result;
  for (const cut of cuts) say(cut);
  session.print(
    { file: session.saveTarget, rows, sheets, cuts },
    `${formatCount(rows)} calls in ${session.saveTarget}`,
  );
  return 0;
}
