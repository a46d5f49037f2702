import { useState } from 'react';
import { Check } from '../../components/Check.tsx';
import { Field } from '../../components/Field.tsx';
import { changeSettings, useSettings } from '../../stores/settings.ts';

/** What begins by itself, and what is read again. */
export function Syncing() {
  const { syncsOnStart, syncMinutes, syncsOnMetered, revisitDays } = useSettings((state) => state.settings);
  return (
    <section className="panel" aria-label="Syncing">
      <h2>Syncing</h2>
      <Check checked={syncsOnStart} onChange={(on) => changeSettings({ syncsOnStart: on })}>
        Sync when Callbook starts
      </Check>
      <Check
        checked={syncMinutes !== null}
        onChange={(on) => changeSettings({ syncMinutes: on ? USUAL_MINUTES : null })}
      >
        Sync again and again while a batch is running
      </Check>
      {syncMinutes !== null && (
        <NumberField
          label="Minutes between two syncs"
          value={syncMinutes}
          least={1}
          most={1_440}
          onChange={(minutes) => changeSettings({ syncMinutes: minutes })}
        />
      )}
      <Check checked={syncsOnMetered} onChange={(on) => changeSettings({ syncsOnMetered: on })}>
        Also on a connection that costs by the byte, where the system tells
      </Check>
      <NumberField
        label="Days to look back"
        hint="Batches made in the last so many days are read at every sync, as results may be mended after the fact. 0: none."
        value={revisitDays}
        least={0}
        most={365}
        onChange={(days) => changeSettings({ revisitDays: days })}
      />
      <p className="hint">Only batches that were synced before are synced by themselves.</p>
    </section>
  );
}

const USUAL_MINUTES = 10;

interface NumberFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly onChange: (value: number) => void;
}

/** A whole number; what is none yet stands in the field and changes nothing. */
function NumberField({ label, hint, value, least, most, onChange }: NumberFieldProps) {
  const [typed, setTyped] = useState(String(value));
  const read = (text: string) => (/^\d+$/.test(text.trim()) ? Number(text) : NaN);
  const isRight = (number: number) => number >= least && number <= most;
  return (
    <Field
      label={label}
      value={typed}
      hint={hint}
      problem={isRight(read(typed)) ? undefined : `A whole number from ${least} to ${most}.`}
      onChange={(text) => {
        setTyped(text);
        if (isRight(read(text))) onChange(read(text));
      }}
    />
  );
}
