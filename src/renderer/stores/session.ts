import { create } from 'zustand';
import type { AppInfo } from '../../shared/contract.ts';
import type { Account } from '../../shared/model.ts';
import { call } from '../bridge.ts';

interface SessionState {
  readonly info: AppInfo;
  readonly accounts: readonly Account[];
}

export const useSession = create<SessionState>()(() => ({
  info: { version: '', timeZone: 'UTC', defaultBaseUrl: '', dataDir: '', keychainProblem: null },
  accounts: [],
}));

export async function loadAccounts(): Promise<void> {
  useSession.setState({ accounts: await call('accounts.list') });
}
