import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CallbookError } from '../../shared/errors.ts';
import type { Account } from '../../shared/model.ts';
import { textTable } from './table.ts';
import { say, type ExitCode, type Session } from './session.ts';

/** Reads a line from the terminal without showing it. */
async function askHidden(question: string): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await terminal.question('');
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}

/** From the environment or a hidden prompt, never from the arguments, which other programs can read. */
async function readKey(): Promise<string> {
  const key = process.env['CALLBOOK_API_KEY'] || (process.stdin.isTTY ? await askHidden('API key (not shown): ') : '');
  if (key.trim() === '') {
    throw new CallbookError(
      'NO_KEY',
      'There is no key. Set CALLBOOK_API_KEY, or run this in a terminal to be asked for it.',
    );
  }
  return key.trim();
}

const toDocument = ({ id, name, baseUrl, key, isSample }: Account) => ({
  id,
  name,
  base_url: baseUrl,
  key,
  sample: isSample,
});

export async function addAccount(session: Session, options: { name: string; baseUrl?: string }): Promise<ExitCode> {
  const { commands } = session.app;
  const info = await commands['app.info'](undefined);
  const input = { name: options.name, baseUrl: options.baseUrl ?? info.defaultBaseUrl, key: await readKey() };
  const connect = async (keep: 'keychain' | 'session') => commands['accounts.connect']({ ...input, keep });
  let account: Account;
  if (info.keychainProblem === null) {
    account = await connect('keychain').catch((thrown: unknown) => {
      if (thrown instanceof CallbookError && thrown.code === 'KEYCHAIN_UNAVAILABLE') return connect('session');
      throw thrown;
    });
  } else account = await connect('session');
  if (account.key === 'session') {
    const why = info.keychainProblem ?? 'This computer has no keychain that Callbook can use.';
    say(`${why} The key is not stored: set CALLBOOK_API_KEY for each run that syncs.`);
  }
  session.print(toDocument(account), `Connected “${account.name}” (${account.baseUrl}).`);
  return 0;
}

export async function listAccounts(session: Session): Promise<ExitCode> {
  const accounts = await session.app.commands['accounts.list'](undefined);
  const rows = accounts.map(({ name, baseUrl, key, isSample }) => [name, isSample ? 'sample data' : baseUrl, key]);
  session.print(
    accounts.map(toDocument),
    accounts.length === 0
      ? 'No account yet. Connect one with: account add --name NAME --base-url URL'
      : textTable(['Account', 'Base URL', 'Key'], rows),
  );
  return 0;
}

export async function removeAccount(session: Session, name: string, options: { withData?: true }): Promise<ExitCode> {
  const account = await findAccount(session, name);
  const withData = options.withData === true;
  await session.app.commands['accounts.remove']({ accountId: account.id, withData });
  session.print(
    { removed: account.name },
    `Removed “${account.name}” and its key${withData ? ', and its calls' : ''}.`,
  );
  return 0;
}

/** By name, or by Callbook's id. Throws UNKNOWN_ACCOUNT. */
export async function findAccount({ app }: Session, name: string): Promise<Account> {
  const accounts = await app.commands['accounts.list'](undefined);
  const account = accounts.find((one) => one.name === name) ?? accounts.find((one) => one.id === name);
  if (account !== undefined) return account;
  const names = accounts.map((one) => `“${one.name}”`).join(', ') || 'none yet';
  throw new CallbookError('UNKNOWN_ACCOUNT', `There is no account “${name}”. Accounts: ${names}.`);
}
