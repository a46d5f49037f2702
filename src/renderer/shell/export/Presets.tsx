import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { ExportChoices } from '../../../shared/exportOptions.ts';
import { MOST_NAME_LETTERS } from '../../../shared/view.ts';
import { Choice } from '../../components/Choice.tsx';
import { Field } from '../../components/Field.tsx';
import { changeSettings, useSettings } from '../../stores/settings.ts';

interface Props {
  readonly choices: ExportChoices;
  readonly onChoose: (choices: ExportChoices) => void;
}

/** Choices that a person keeps under a name, for the export of every Monday. */
export function Presets({ choices, onChoose }: Props) {
  const presets = useSettings((state) => state.settings.exportPresets);
  const [open, setOpen] = useState<string | null>(null);
  const [name, setName] = useState<string | null>(null);
  const others = (taken: string) => presets.filter((preset) => preset.name !== taken);

  const chosen = presets.find((preset) => preset.name === open);
  const isChanged = JSON.stringify({ ...choices, name: open }) !== JSON.stringify({ ...choices, ...chosen });

  const choose = (id: string) => {
    const preset = presets.find((one) => one.name === id);
    if (preset === undefined) return;
    const { name: _name, ...kept } = preset;
    setOpen(id);
    onChoose(kept);
  };
  const save = () => {
    const wanted = name?.trim() ?? '';
    if (wanted === '') return;
    changeSettings({ exportPresets: [...others(wanted), { ...choices, name: wanted }].slice(-100) });
    setOpen(wanted);
    setName(null);
  };
  const remove = (id: string) => {
    changeSettings({ exportPresets: others(id) });
    setOpen(null);
  };

  if (name !== null) {
    return (
      <form
        className="preset-line"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Field
          label="Name of the preset"
          value={name}
          onChange={(value) => setName(value.slice(0, MOST_NAME_LETTERS))}
          autoFocus
        />
        <Button className="button primary" type="submit" isDisabled={name.trim() === ''}>
          Keep
        </Button>
        <Button className="button" onPress={() => setName(null)}>
          Do not keep
        </Button>
      </form>
    );
  }
  return (
    <div className="preset-line">
      {presets.length > 0 && (
        <Choice
          label="Preset"
          options={presets.map((preset) => ({ id: preset.name, label: preset.name }))}
          // What was changed since can be chosen once more.
          value={chosen !== undefined && isChanged ? null : open}
          onChange={choose}
          {...(open !== null && { placeholder: `${open}, changed` })}
        />
      )}
      {open !== null && (
        <Button className="icon-button" aria-label={`Delete preset ${open}`} onPress={() => remove(open)}>
          <Trash2 size={15} aria-hidden />
        </Button>
      )}
      <Button className="button quiet" onPress={() => setName(open ?? '')}>
        Keep these choices as a preset…
      </Button>
    </div>
  );
}
