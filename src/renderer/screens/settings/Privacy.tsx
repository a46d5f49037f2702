import { Check } from '../../components/Check.tsx';
import { changeSettings, useSettings } from '../../stores/settings.ts';

export function Privacy() {
  const maskPhones = useSettings((state) => state.settings.maskPhones);
  return (
    <section className="panel" aria-label="Privacy">
      <h2>Privacy</h2>
      <Check checked={maskPhones} onChange={(isOn) => changeSettings({ maskPhones: isOn })}>
        Mask phone numbers everywhere in the window
      </Check>
      <p className="hint">
        For sharing your screen: all digits but the last three become dots, in tables, calls, texts and filters. Exports
        have a choice of their own.
      </p>
    </section>
  );
}
