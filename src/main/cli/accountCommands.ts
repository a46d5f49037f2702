import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CallbookError } from '../../shared/errors.ts';
import type { Account } from '../../shared/model.ts';
import { textTable } from './table.ts';
import { say, type ExitCode, type Session } from './session.ts';

/** Reads a line from the terminal without showing it; empty where it was ended instead (Ctrl+C, Ctrl+D). */
async function askHidden(question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  // Before anything is asked: until then the terminal itself shows what is typed.
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    // Rejected where the terminal is closed instead.
    const answer = terminal.question('').catch(() => '');
    process.stderr.write(question);
    return await answer;
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
  const { defaultBaseUrl } = await commands['app.info'](undefined);
  const input = { name: options.name, baseUrl: options.baseUrl ?? defaultBaseUrl, key: await readKey() };
  const account = await keepingKey(session, async (keep) => commands['accounts.connect']({ ...input, keep }));
  session.print(toDocument(account), `Connected “${account.name}” (${account.baseUrl}).`);
  return 0;
}

export async function replaceKey(session: Session, name: string): Promise<ExitCode> {
  const { id: accountId } = await findAccount(session, name);
  const key = await readKey();
  const account = await keepingKey(session, async (keep) =>
    session.app.commands['accounts.replaceKey']({ accountId, key, keep }),
  );
  session.print(toDocument(account), `Replaced the key of “${account.name}”.`);
  return 0;
}

/** Has the key kept in the keychain, or says that there is none that could. */
async function keepingKey(
  { app }: Session,
  save: (keep: 'keychain' | 'session') => Promise<Account>,
): Promise<Account> {
  const { keychainProblem } = await app.commands['app.info'](undefined);
  let account: Account;
  if (keychainProblem === null) {
    account = await save('keychain').catch((thrown: unknown) => {
      if (thrown instanceof CallbookError && thrown.code === 'KEYCHAIN_UNAVAILABLE') return save('session');
      throw thrown;
    });
  } else account = await save('session');
  if (account.key === 'session') {
    const why = keychainProblem ?? 'This computer has no keychain that Callbook can use.';
    say(`${why} The key is not stored: set CALLBOOK_API_KEY for each run that syncs.`);
  }
  return account;
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
  const { keychainProblem } = await session.app.commands['app.info'](undefined);
  await session.app.commands['accounts.remove']({ accountId: account.id, withData });
  if (keychainProblem !== null) {
    say(`${keychainProblem} If the key was kept in one, it is taken away by the next start at which that answers.`);
  }
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
