import { Label, Radio, RadioGroup } from 'react-aria-components';
import type { Settings } from '../../../shared/settings.ts';
import { SearchChoice } from '../../components/Choice.tsx';
import { timeZones } from '../../components/timeZones.ts';
import { useSession } from '../../stores/session.ts';
import { changeSettings, useSettings } from '../../stores/settings.ts';

const themes: readonly { readonly id: Settings['theme']; readonly label: string }[] = [
  { id: 'system', label: 'As the system' },
  { id: 'light', label: 'Light' },
  { id: 'dark', label: 'Dark' },
  { id: 'contrast', label: 'High contrast' },
];
const COMPUTERS = 'computer';

export function Appearance() {
  const settings = useSettings((state) => state.settings);
  const { timeZone } = useSession((state) => state.info);
  const zones = [
    { id: COMPUTERS, label: `This computer’s (${timeZone})` },
    ...timeZones(settings.timeZone ?? timeZone).map((zone) => ({ id: zone, label: zone })),
  ];
  return (
    <section className="panel" aria-label="Appearance">
      <h2>Appearance</h2>
      <RadioGroup
        className="radios inline"
        value={settings.theme}
        onChange={(value) => changeSettings({ theme: themes.find(({ id }) => id === value)?.id ?? 'system' })}
      >
        <Label className="label">Theme</Label>
        {themes.map(({ id, label }) => (
          <Radio key={id} value={id} className="radio">
            {label}
          </Radio>
        ))}
      </RadioGroup>
      <SearchChoice
        label="Time zone"
        options={zones}
        value={settings.timeZone ?? COMPUTERS}
        onChange={(zone) => changeSettings({ timeZone: zone === COMPUTERS ? null : zone })}
      />
      <p className="hint">Times are shown, and days are cut, in this zone.</p>
    </section>
  );
}
