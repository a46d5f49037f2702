import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { toErrorValue, type ErrorCode } from '../../shared/errors.ts';
import { exportFormats, type Delimiter } from '../../shared/exportOptions.ts';
import { isTimeZone } from '../../shared/format.ts';
import { bases } from '../../shared/pivot.ts';
import { addAccount, listAccounts, removeAccount, replaceKey } from './accountCommands.ts';
import { exportFile } from './exportCommand.ts';
import { axisChoices, pivot } from './pivotCommand.ts';
import { listBatches, listRuns, search } from './readCommands.ts';
import { say, withSession, type ExitCode, type GlobalOptions, type Session, type Surroundings } from './session.ts';
import { sync } from './syncCommand.ts';

const collect = (value: string, before: readonly string[] = []) => [...before, value];

function timeZone(text: string): string {
  if (!isTimeZone(text)) throw new InvalidArgumentError('Not a time zone; an example is Europe/Berlin.');
  return text;
}

/** Not that of the computer where a script's variable is empty. */
function folder(text: string): string {
  if (text === '') throw new InvalidArgumentError('Not a folder.');
  return text;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Not a whole number.');
  return Number(text);
}

const delimiterNames: Readonly<Record<string, Delimiter>> = { comma: ',', semicolon: ';', tab: '\t' };

function delimiter(name: string): Delimiter {
  const found = Object.hasOwn(delimiterNames, name) ? delimiterNames[name] : undefined;
  if (found === undefined) throw new InvalidArgumentError('Not comma, semicolon or tab.');
  return found;
}

const repeated = (flags: string, description: string) =>
  new Option(flags, description).argParser(collect).default([], 'none');
const filterOption = () =>
  repeated(
    '--filter <EXPR>',
    'only calls that fit, such as status=completed, outcome:Interested=Yes|Maybe, duration_seconds>=1:00, outcome:Budget=blank; all must fit',
  );
const batchOption = () => repeated('--batch <ID>', 'only this batch; may be given several times');
const textOption = () => new Option('--text <TEXT>', 'only calls that contain this');
const measureOption = () =>
  repeated(
    '--measure <M>',
    'count (the default), avg:COLUMN, sum:, min:, max:, median:, p90:, distinct:, or rate:COLUMN=VALUE',
  );
const rowsOption = () =>
  repeated('--rows <DIM,…>', 'fields (status, agent, started_at:day …) or outcome keys (outcome:Interested)');
const columnsOption = () => repeated('--columns <DIM,…>', 'the same, across');
const baseOption = () => new Option('--base <BASE>', 'what percentages are of').choices(bases).default('filled');
const totalsOption = () =>
  new Option('--totals <AXIS>', 'which axis ends with the total of all').choices(axisChoices).default('both');
const subtotalsOption = () =>
  new Option('--subtotals <AXIS>', 'which axis has the totals of its groups').choices(axisChoices).default('none');

function buildProgram(surroundings: Surroundings, finished: (code: ExitCode) => void): Command {
  const program = new Command('callbook')
    .description('Search, pivot and export the calls of AI voice agents, offline.')
    .version(surroundings.version)
    .addOption(new Option('--data-dir <DIR>', 'the profile; default: that of the desktop app').argParser(folder))
    .option('--json', 'print one JSON document on stdout and nothing else there')
    .addOption(
      new Option('--timezone <TZ>', 'IANA name; default: that of the settings, or of this computer').argParser(
        timeZone,
      ),
    )
    .exitOverride()
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 partly done.\nThe key is read from CALLBOOK_API_KEY where there is no keychain.',
    );

  /** What the command does once the profile is open; its own options and the global ones arrive together. */
  const running = <Options>(work: (session: Session, options: Options, args: readonly string[]) => Promise<ExitCode>) =>
    async function (this: Command) {
      const options = this.optsWithGlobals<Options & GlobalOptions>();
      finished(
        await withSession(surroundings, options, (session) => work(session, options, this.processedArgs as string[])),
      );
    };

  const account = program.command('account').description('connect, list and remove accounts, and replace their keys');
  account
    .command('add')
    .description('test the key and connect an account; the key comes from CALLBOOK_API_KEY or is asked for')
    .requiredOption('--name <NAME>', 'how Callbook calls it')
    .option('--base-url <URL>', 'of the provider’s API; default: the provider’s own')
    .action(running(addAccount));
  account.command('list').action(running(listAccounts));
  account
    .command('replace-key')
    .argument('<NAME>')
    .description('test another key of an account and take it; it comes from CALLBOOK_API_KEY or is asked for')
    .action(running((session, _options, [name = '']) => replaceKey(session, name)));
  account
    .command('remove')
    .argument('<NAME>')
    .description('forget an account and its key')
    .option('--with-data', 'and its calls')
    .action(running<{ withData?: true }>((session, options, [name = '']) => removeAccount(session, name, options)));

  program
    .command('sync')
    .description('get what is new: of the batches whose calls can have changed')
    .option('--account <NAME>', 'only this account')
    .addOption(batchOption())
    .option('--all', 'read all batches again, also those whose calls cannot have changed')
    .action(running(sync));
  program.command('batches').description('list the batches in the cache').action(running(listBatches));
  program
    .command('runs')
    .description('list the syncs of the past: what each brought, its requests, retries, bytes and time')
    .addOption(new Option('--limit <N>', 'how many to show, the newest first').argParser(wholeNumber).default(20))
    .action(running(listRuns));
  program
    .command('search')
    .argument('<TEXT>', 'words, "phrases", -not, a OR b; "" for all calls')
    .addOption(filterOption())
    .addOption(batchOption())
    .option('--sort <COLUMN[:desc]>', 'default: newest first')
    .addOption(new Option('--limit <N>', 'how many to show').argParser(wholeNumber).default(50))
    .addOption(new Option('--offset <N>', 'how many to pass over').argParser(wholeNumber).default(0))
    .action(running<Parameters<typeof search>[2]>((session, options, [text = '']) => search(session, text, options)));
  program
    .command('pivot')
    .description('count calls by fields and outcome keys')
    .addOption(rowsOption().default(undefined).makeOptionMandatory())
    .addOption(columnsOption())
    .addOption(measureOption())
    .addOption(filterOption())
    .addOption(batchOption())
    .addOption(textOption())
    .addOption(baseOption())
    .addOption(totalsOption())
    .addOption(subtotalsOption())
    .action(running(pivot));
  program
    .command('export')
    .argument('<FILE>', 'FILE.xlsx, FILE.csv or FILE.parquet; with --into files, a new folder')
    .description('write calls (and, in a workbook, a pivot) to a file, or to a folder of files')
    .addOption(filterOption())
    .addOption(batchOption())
    .addOption(textOption())
    .addOption(rowsOption())
    .addOption(columnsOption())
    .addOption(measureOption())
    .addOption(baseOption())
    .addOption(totalsOption())
    .addOption(subtotalsOption())
    .option('--mask-phones', 'show only the last three digits of phone numbers')
    .addOption(repeated('--only <COLUMN,…>', 'only these columns, in this order; default: all'))
    .option('--sort <COLUMN[:desc]>', 'default: newest first')
    .option('--no-live-pivot', 'leave out the PivotTable of Excel’s own')
    .option('--outcomes', 'add a sheet with a row for each outcome')
    .option('--history', 'add a sheet with what changed between syncs')
    .option('--split-by <COLUMN>', 'a part for each value of a field or an outcome key')
    .addOption(new Option('--into <PARTS>', 'what a part is').choices(['sheets', 'files']).default('files'))
    .addOption(
      new Option('--format <FORMAT>', 'of the files in a folder; default: by the end of FILE').choices(exportFormats),
    )
    .addOption(
      new Option('--delimiter <NAME>', 'between the values of CSV: comma, semicolon or tab')
        .argParser(delimiter)
        .default(',' as Delimiter, 'comma'),
    )
    .option('--no-formula-guard', 'in CSV, leave text that begins with = + - @ or tab as it is')
    .action(
      running<Parameters<typeof exportFile>[2]>((session, options, [file = '']) => exportFile(session, file, options)),
    );
  return program;
}

/** What to do on the command line about an error that is told in the words of the window, too. */
const wayOn: Partial<Record<ErrorCode, string>> = {
  NO_KEY: 'On the command line, CALLBOOK_API_KEY is used where no key is stored.',
  ACCOUNT_CONNECTED: 'It takes this key in place of its own with: account replace-key NAME',
};

/** Runs one command and returns its exit code: 0 done, 1 failed, 2 wrong usage, 3 partly done. */
export async function runCli(args: readonly string[], surroundings: Surroundings): Promise<number> {
  let code: number = 0;
  try {
    await buildProgram(surroundings, (exitCode) => (code = exitCode)).parseAsync(args, { from: 'user' });
    return code;
  } catch (thrown) {
    // Commander has said what is wrong; help and version end with 0.
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
    const { code: error, message } = toErrorValue(thrown);
    say([message, wayOn[error]].filter(Boolean).join(' '));
    return error === 'BAD_EXPRESSION' ? 2 : 1;
  }
}
