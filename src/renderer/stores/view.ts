import { create } from 'zustand';
import type { Settings } from '../../shared/settings.ts';

export type Screen = Settings['screen'];

export type Dialog = 'export' | 'shortcuts' | 'palette' | 'saveView' | 'renameView' | 'deleteView' | 'log' | 'licences';

interface ViewState {
  readonly screen: Screen;
  /** Welcome is shown over an account that exists, to add another or to choose its first batches. */
  readonly isConnecting: boolean;
  readonly dialog: Dialog | null;
}

export const useView = create<ViewState>()(() => ({ screen: 'calls', isConnecting: false, dialog: null }));

export function goTo(screen: Screen): void {
  useView.setState({ screen, isConnecting: false });
}

export function openDialog(dialog: Dialog | null): void {
  useView.setState({ dialog });
}
