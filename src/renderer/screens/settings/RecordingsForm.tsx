import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { ErrorValue } from '../../../shared/errors.ts';
import type { Account } from '../../../shared/model.ts';
import type { Settings } from '../../../shared/settings.ts';
import { call, problemOf } from '../../bridge.ts';
import { Field } from '../../components/Field.tsx';
import { useSettings } from '../../stores/settings.ts';

/** Where an account's recordings lie: the provider's API has no download, but a company may keep them in a folder or behind an address. */
export function RecordingsForm({ account }: { readonly account: Account }) {
  const location = useSettings((state) => state.settings.recordings[account.id]);
  const [prefix, setPrefix] = useState(location !== undefined && 'prefix' in location ? location.prefix : '');
  const [problem, setProblem] = useState<ErrorValue | null>(null);
  const take = async (change: Promise<Settings>) => {
    try {
      const { recordings } = await change;
      useSettings.setState(({ settings }) => ({ settings: { ...settings, recordings } }));
      setProblem(null);
    } catch (thrown) {
      setProblem(problemOf(thrown));
    }
  };
  const where =
    location === undefined
      ? 'Recordings: no place is known, so they cannot be played.'
      : 'folder' in location
        ? `Recordings: in the folder ${location.folder}`
        : `Recordings: at ${location.prefix}`;
  return (
    <details className="recordings">
      <summary>{where}</summary>
      <div className="stack">
        <div className="row">
          <Button
            className="button"
            aria-label={`Choose the folder of recordings of ${account.name}`}
            onPress={() => void take(call('recordings.chooseFolder', { accountId: account.id }))}
          >
            Choose folder…
          </Button>
          {location !== undefined && (
            <Button
              className="button"
              aria-label={`Forget where the recordings of ${account.name} lie`}
              onPress={() => {
                setPrefix('');
                void take(call('recordings.forget', { accountId: account.id }));
              }}
            >
              Forget
            </Button>
          )}
        </div>
        <form
          className="find-batch"
          onSubmit={(event) => {
            event.preventDefault();
            void take(call('recordings.setPrefix', { accountId: account.id, prefix }));
          }}
        >
          <Field
            label="Or an address"
            value={prefix}
            onChange={setPrefix}
            placeholder="https://storage.example.com/{file_key}"
            problem={problem?.message}
          />
          <Button className="button" type="submit" isDisabled={prefix.trim() === ''}>
            Use address
          </Button>
        </form>
      </div>
    </details>
  );
}
