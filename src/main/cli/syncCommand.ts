import { CallbookError, toErrorValue } from '../../shared/errors.ts';
import { counted, formatCount } from '../../shared/format.ts';
import type { Account, Batch, BatchKey, BatchProgress, SyncRun } from '../../shared/model.ts';
import { findAccount } from './accountCommands.ts';
import { say, type ExitCode, type Session } from './session.ts';
import { syncProgress } from './syncProgress.ts';
import { textTable } from './table.ts';

interface SyncOptions {
  readonly account?: string;
  readonly batch: readonly string[];
  readonly all?: true;
}

interface Work {
  readonly account: Account;
  readonly batches: readonly BatchKey[];
}

/** An account that could not be asked, or whose sync could not begin. */
interface Failure {
  readonly account: Account;
  readonly thrown: unknown;
}

/** Asks the accounts for a batch, the one first that is known to have it; one that does not answer does not stand before the others. */
async function findBatch({ app }: Session, accounts: readonly Account[], id: string): Promise<Batch> {
  const stored = await app.commands['batches.list'](undefined);
  const owners = new Set(stored.filter((batch) => batch.batch_id === id).map(({ accountId }) => accountId));
  const likely = accounts.toSorted((a, b) => Number(owners.has(b.id)) - Number(owners.has(a.id)));
  let failed: unknown;
  let missing: unknown = new CallbookError('NOT_FOUND', `There is no batch “${id}”.`);
  for (const account of likely) {
    try {
      return await app.commands['batches.find']({ accountId: account.id, batch_id: id });
    } catch (thrown) {
      if (thrown instanceof CallbookError && thrown.code === 'NOT_FOUND') missing = thrown;
      else failed ??= thrown;
    }
  }
  throw failed ?? missing;
}

/** What the provider lists; where the account may not list its batches, those that are known here. */
async function listBatches({ app }: Session, accountId: string): Promise<Batch[]> {
  const listOwn = (batches: readonly Batch[]) => batches.filter((batch) => batch.accountId === accountId);
  try {
    return listOwn(await app.commands['batches.refresh']({ accountId }));
  } catch (thrown) {
    const known = listOwn(await app.commands['batches.list'](undefined));
    if (!(thrown instanceof CallbookError && thrown.code === 'FORBIDDEN') || known.length === 0) throw thrown;
    return known;
  }
}

/** The key of the environment is one account's: sent to another's address it would be told to strangers. Throws NO_KEY. */
function refuseOneKeyForMany(accounts: readonly Account[]): void {
  const without = accounts.filter(({ key }) => key === 'session');
  if (without.length < 2) return;
  const names = without.map(({ name }) => `“${name}”`).join(', ');
  throw new CallbookError('NO_KEY', `No key is stored for ${names}. Name the one that the key is for with --account.`);
}

/** The accounts that are meant. Throws UNKNOWN_ACCOUNT or NO_KEY. */
async function listAccounts(session: Session, options: SyncOptions): Promise<readonly Account[]> {
  const { commands } = session.app;
  const all = await commands['accounts.list'](undefined);
  const accounts =
    options.account === undefined
      ? all.filter(({ isSample }) => !isSample)
      : [await findAccount(session, options.account)];
  if (accounts.length === 0)
    throw new CallbookError(
      'UNKNOWN_ACCOUNT',
      'There is no account yet. Connect one with: account add --name NAME --base-url URL',
    );
  refuseOneKeyForMany(accounts);
  return accounts;
}

/** What is to be read of each account; those that cannot be asked go to `failures`. Throws where a batch that was named is nowhere. */
async function listWork(
  session: Session,
  accounts: readonly Account[],
  { batch: ids }: SyncOptions,
  failures: Failure[],
): Promise<Work[]> {
  const named: Batch[] = [];
  for (const id of ids) named.push(await findBatch(session, accounts, id));
  const work: Work[] = [];
  for (const account of accounts) {
    try {
      const batches = ids.length === 0 ? await listBatches(session, account.id) : named;
      work.push({ account, batches: batches.filter((one) => one.accountId === account.id).map(({ key }) => key) });
    } catch (thrown) {
      failures.push({ account, thrown });
    }
  }
  return work.filter(({ batches }) => batches.length > 0);
}

/** Runs one account's sync to its end. */
async function runSync(
  { app }: Session,
  { account, batches }: Work,
  everything: boolean,
  onProgress: (run: SyncRun) => void,
): Promise<SyncRun> {
  const { promise, resolve } = Promise.withResolvers<SyncRun>();
  const stop = app.on('sync.progressed', (run) => {
    onProgress(run);
    if (run.state !== 'running') resolve(run);
  });
  try {
    const started = await app.commands['sync.start']({ accountId: account.id, batches: [...batches], everything });
    return started.state === 'running' ? await promise : started;
  } finally {
    stop();
  }
}

function toDocument(batch: BatchProgress) {
  const { batch_id, new: added, changed, unchanged, gone, rejected, requests, complete } = batch;
  return { batch_id, new: added, changed, unchanged, gone, rejected, requests, complete };
}

const stateWords: Record<BatchProgress['state'], string> = {
  waiting: 'not begun',
  syncing: 'not finished',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
};

/** Says what is missing, or that nothing is. */
function tellMissing(batches: readonly BatchProgress[]): void {
  for (const { batch_id, state, error, rejected, complete } of batches) {
    if (error !== null) say(`${batch_id}: ${error.message}`);
    else if (state !== 'done') say(`${batch_id}: ${stateWords[state]}; what came before is kept.`);
    else if (!complete) say(`${batch_id}: not every call that the provider counts has come; sync again later.`);
    if (rejected > 0) say(`${batch_id}: ${counted(rejected, 'item')} could not be read; the raw text is kept.`);
  }
}

/** Ctrl+C cancels once, and what came is kept; a second Ctrl+C ends the program. */
export async function sync(session: Session, options: SyncOptions): Promise<ExitCode> {
  const accounts = await listAccounts(session, options);
  const failures: Failure[] = [];
  const work = await listWork(session, accounts, options, failures);
  let isCancelled = false;
  const cancel = () => {
    isCancelled = true;
    void session.app.commands['sync.cancel'](undefined);
  };
  process.once('SIGINT', cancel);
  // A batch asked for by name, or --all, is read whatever the plan says.
  const everything = options.all === true || options.batch.length > 0;
  const runs: SyncRun[] = [];
  try {
    for (const part of work) {
      if (isCancelled) break;
      const progress = syncProgress(process.stderr);
      try {
        runs.push(await runSync(session, part, everything, progress.show));
      } catch (thrown) {
        failures.push({ account: part.account, thrown });
      } finally {
        progress.end();
      }
    }
  } finally {
    process.off('SIGINT', cancel);
  }
  const [failure] = failures;
  if (failure !== undefined && accounts.length === 1) throw failure.thrown;
  for (const { account, thrown } of failures) say(`“${account.name}”: ${toErrorValue(thrown).message}`);
  if (failures.length === accounts.length) return 1;
  const batches = runs.flatMap((run) => run.batches);
  const requests = runs.reduce((sum, run) => sum + run.requests, 0);
  const rows = batches.map((batch) => [
    batch.batch_id,
    batch.agent_name ?? '',
    ...[batch.new, batch.changed, batch.unchanged, batch.gone, batch.rejected].map(formatCount),
    stateWords[batch.state],
  ]);
  const head = ['Batch', 'Agent', 'New', 'Changed', 'Unchanged', 'Gone', 'Rejected', ''];
  session.print(
    { batches: batches.map(toDocument), requests },
    batches.length === 0 ? 'Everything is up to date.' : textTable(head, rows, [2, 3, 4, 5, 6]),
  );
  tellMissing(batches);
  // What came before a batch failed is kept.
  const hasCome = batches.some(({ fetched }) => fetched > 0);
  if (!hasCome && runs.length > 0 && runs.every(({ state }) => state === 'failed')) return 1;
  const isWhole =
    failures.length === 0 &&
    !isCancelled &&
    runs.every(({ state }) => state === 'done') &&
    batches.every(({ complete }) => complete);
  return isWhole ? 0 : 3;
}
