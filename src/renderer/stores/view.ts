import { create } from 'zustand';
import type { Settings } from '../../shared/settings.ts';

export type Screen = Settings['screen'];

interface ViewState {
  readonly screen: Screen;
  /** Welcome is shown over an account that exists, to add another or to choose its first batches. */
  readonly isConnecting: boolean;
  readonly dialog: 'export' | 'shortcuts' | null;
}

export const useView = create<ViewState>()(() => ({ screen: 'calls', isConnecting: false, dialog: null }));

export function goTo(screen: Screen): void {
  useView.setState({ screen, isConnecting: false });
}

export function openDialog(dialog: ViewState['dialog']): void {
  useView.setState({ dialog });
}
