import { extname, resolve } from 'node:path';
import type { ExportProgress } from '../../shared/contract.ts';
import { CallbookError, fromErrorValue } from '../../shared/errors.ts';
import {
  exportFormats,
  exportOptionsSchema,
  type Delimiter,
  type ExportFormat,
  type Split,
} from '../../shared/exportOptions.ts';
import { counted, formatCount } from '../../shared/format.ts';
import { newestFirst } from '../../shared/selection.ts';
import { parseDimensions, parseSort, type Known } from './expressions.ts';
import { readPivotSpec, type PivotOptions } from './pivotCommand.ts';
import { knownColumns, readSelection, say, type ExitCode, type SelectionOptions, type Session } from './session.ts';

interface Options extends SelectionOptions, PivotOptions {
  readonly maskPhones?: true;
  readonly only: readonly string[];
  readonly sort?: string;
  readonly livePivot: boolean;
  readonly outcomes?: true;
  readonly history?: true;
  readonly splitBy?: string;
  readonly into: Split['into'];
  readonly format?: ExportFormat;
  readonly delimiter: Delimiter;
  readonly formulaGuard: boolean;
}

const wrong = (message: string) => new CallbookError('BAD_EXPRESSION', message);

/** What the end of the name says, or the option. Throws BAD_EXPRESSION where neither does, or a file's name says another. */
function formatOf(name: string, { format, splitBy, into }: Options): ExportFormat {
  const end = extname(name).slice(1).toLowerCase();
  const named = exportFormats.find((known) => known === end);
  const isFolder = splitBy !== undefined && into === 'files';
  if (!isFolder && format !== undefined && named !== undefined && named !== format)
    throw wrong(`--format ${format} does not go with a name that ends in .${named}.`);
  const found = format ?? named;
  if (found === undefined) throw wrong('The name must end in .xlsx, .csv or .parquet; a folder needs --format.');
  return found;
}

/** Throws BAD_EXPRESSION where something is asked for that such a file cannot hold. */
function checkHolds(format: ExportFormat, { splitBy, into, outcomes, history }: Options, hasPivot: boolean): void {
  if (into === 'sheets' && splitBy === undefined) throw wrong('--into sheets needs --split-by COLUMN.');
  const asked = [
    ...(into === 'sheets' ? ['--into sheets'] : []),
    ...(outcomes === true ? ['--outcomes'] : []),
    ...(history === true ? ['--history'] : []),
    ...(hasPivot ? ['a pivot (--rows, --columns, --measure)'] : []),
  ];
  if (format !== 'xlsx' && asked.length > 0) throw wrong(`Only a workbook (.xlsx) holds ${asked.join(', ')}.`);
}

/** Columns, and no bins of them. Throws BAD_EXPRESSION. */
function parseColumns(texts: readonly string[], known: Known): string[] {
  return texts.flatMap((text) =>
    parseDimensions(text, known).map(({ column, bin, step }) => {
      if (bin === undefined && step === undefined) return column;
      throw wrong(`Columns are exported as they are: write “${column}”, not “${text}”.`);
    }),
  );
}

function showProgress({ state, rowsWritten, rowsTotal }: ExportProgress): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(
    state === 'running' ? `\r\x1b[K${formatCount(rowsWritten)} of ${counted(rowsTotal, 'call')}` : '\r\x1b[K',
  );
}

/** Writes the selection to a new or replaced file. Ctrl+C leaves the old one as it was. */
export async function exportFile(session: Session, name: string, options: Options): Promise<ExitCode> {
  const { app } = session;
  const known = await knownColumns(session);
  const selection = await readSelection(session, options, known);
  const format = formatOf(name, options);
  const only = parseColumns(options.only, known);
  const [splitBy, ...more] = options.splitBy === undefined ? [] : parseColumns([options.splitBy], known);
  if (more.length > 0) throw wrong('An export is split by one column.');
  const hasPivot = options.rows.length + options.columns.length + options.measure.length > 0;
  checkHolds(format, options, hasPivot);
  session.saveTarget = resolve(name);
  const target = await app.commands['export.chooseTarget']({ suggestedName: name.slice(-200) });
  if (target === null) throw new CallbookError('UNKNOWN_TARGET');

  const { promise, resolve: end } = Promise.withResolvers<ExportProgress>();
  const stop = app.on('export.progressed', (progress) => {
    showProgress(progress);
    if (progress.state !== 'running') end(progress);
  });
  const jobId = await app.commands['export.start']({
    ...exportOptionsSchema.parse({
      selection,
      sort: [options.sort === undefined ? newestFirst : parseSort(options.sort, known)],
    }),
    token: target.token,
    format,
    columns: only.length === 0 ? null : only,
    split: splitBy === undefined ? null : { by: splitBy, into: options.into },
    livePivot: options.livePivot,
    outcomes: options.outcomes === true,
    history: options.history === true,
    delimiter: options.delimiter,
    guardFormulas: options.formulaGuard,
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
  const { rowsWritten: rows, files, sheets, cuts } = result;
  for (const cut of cuts) say(cut);
  session.print(
    { file: session.saveTarget, rows, ...(files === 1 ? {} : { files }), sheets, cuts },
    `${counted(rows, 'call')} in ${files === 1 ? '' : `${counted(files, 'file')} in `}${session.saveTarget}`,
  );
  return 0;
}
