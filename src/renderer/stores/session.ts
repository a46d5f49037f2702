import { create } from 'zustand';
import type { AppInfo } from '../../shared/contract.ts';
import type { Account } from '../../shared/model.ts';
import { call } from '../bridge.ts';

interface SessionState {
  readonly info: AppInfo;
  readonly accounts: readonly Account[];
}

export const useSession = create<SessionState>()(() => ({
  info: { version: '', timeZone: 'UTC', defaultBaseUrl: '', dataDir: '', keychainProblem: null, startProblems: [] },
  accounts: [],
}));

let lastAsk = 0;

/** A keychain may answer late: what was asked last holds. */
export async function loadAccounts(): Promise<void> {
  const ask = ++lastAsk;
  const accounts = await call('accounts.list');
  if (ask === lastAsk) useSession.setState({ accounts });
}
