import { create } from 'zustand';
import { usualSettings, type Settings, type SettingsChange } from '../../shared/settings.ts';
import { call } from '../bridge.ts';
import { asItIs, masked, type Mask } from '../../shared/masking.ts';
import { tell } from './notices.ts';

interface SettingsState {
  readonly settings: Settings;
}

/** How long to gather changes (a dragged panel, typed words) before they are written. */
const SAVE_AFTER_MS = 300;

/** The usual ones until the profile's own are read. */
export const useSettings = create<SettingsState>()(() => ({ settings: usualSettings }));

let unsaved: SettingsChange = {};
let timer: ReturnType<typeof setTimeout> | undefined;

/** Shown at once, written a little later. */
export function changeSettings(change: SettingsChange): void {
  unsaved = { ...unsaved, ...change };
  useSettings.setState(({ settings }) => ({ settings: { ...settings, ...(change as Partial<Settings>) } }));
  clearTimeout(timer);
  timer = setTimeout(saveSettings, SAVE_AFTER_MS);
}

/** Writes what is not written yet; also when the window closes. */
export function saveSettings(): void {
  clearTimeout(timer);
  if (Object.keys(unsaved).length === 0) return;
  const change = unsaved;
  unsaved = {};
  call('settings.change', change).catch(tell);
}

/** What is not written yet never will be. */
export function forgetChanges(): void {
  clearTimeout(timer);
  unsaved = {};
}

/** How words that quote calls may be shown now. */
export function useMask(): Mask {
  const isMasking = useSettings((state) => state.settings.maskPhones);
  return isMasking ? masked : asItIs;
}
