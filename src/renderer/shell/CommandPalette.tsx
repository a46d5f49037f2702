import { useState } from 'react';
import {
  Autocomplete,
  Dialog,
  Header,
  Input,
  Keyboard,
  Menu,
  MenuItem,
  MenuSection,
  Modal,
  ModalOverlay,
  SearchField,
  Text,
  useFilter,
} from 'react-aria-components';
import { actionIds, actions } from '../../shared/actions.ts';
import { counted } from '../../shared/format.ts';
import { batchName, useBatches } from '../stores/batches.ts';
import { useSavedViews } from '../stores/savedViews.ts';
import { openView, setBatches } from '../stores/selection.ts';
import { goTo, openDialog, useView } from '../stores/view.ts';
import { runAction } from './runAction.ts';
import { keysInWords } from '../components/keysInWords.ts';

interface Entry {
  readonly id: string;
  readonly label: string;
  readonly detail?: string;
  readonly keys?: string;
  readonly run: () => void;
}

/** As many of a kind as a person reads through; typing finds the others. */
const MOST_ENTRIES = 50;

/** Everything that has a name: commands, saved views, batches. */
export function CommandPalette() {
  const isOpen = useView((state) => state.dialog === 'palette');
  return (
    <ModalOverlay
      className="overlay at-top"
      isOpen={isOpen}
      onOpenChange={(open) => openDialog(open ? 'palette' : null)}
      isDismissable
    >
      <Modal className="modal palette">
        <Dialog aria-label="Command palette" className="palette-dialog">
          <Entries />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function toCalls(): void {
  const { screen } = useView.getState();
  if (screen !== 'calls' && screen !== 'pivot') goTo('calls');
}

function useEntries(): readonly { readonly title: string; readonly entries: readonly Entry[] }[] {
  const views = useSavedViews((state) => state.views);
  const batches = useBatches((state) => state.batches);
  return [
    {
      title: 'Commands',
      entries: actionIds
        .filter((id) => id !== 'palette.open')
        .map((id) => ({
          id,
          label: actions[id].label,
          run: () => void runAction(id),
          ...(actions[id].keys === undefined ? {} : { keys: keysInWords(actions[id].keys[0] ?? '') }),
        })),
    },
    {
      title: 'Views',
      entries: views.map((view) => ({
        id: `view ${view.name}`,
        label: view.name,
        run() {
          openView(view);
          toCalls();
        },
      })),
    },
    {
      title: 'Batches',
      entries: batches
        .filter(({ calls, syncedAt }) => calls > 0 || syncedAt !== null)
        .map((batch) => ({
          id: `batch ${batch.key}`,
          label: batchName(batch),
          detail: `${batch.batch_id} · ${counted(batch.calls, 'call')}`,
          run() {
            setBatches([batch.key]);
            toCalls();
          },
        })),
    },
  ];
}

function Entries() {
  const [text, setText] = useState('');
  const { contains } = useFilter({ sensitivity: 'base' });
  const words = text.trim().split(/\s+/);
  const sections = useEntries()
    .map(({ title, entries }) => ({
      title,
      entries: entries
        .filter(({ label, detail = '' }) => words.every((word) => contains(`${label} ${detail}`, word)))
        .slice(0, MOST_ENTRIES),
    }))
    .filter(({ entries }) => entries.length > 0);
  const byId = new Map(sections.flatMap(({ entries }) => entries.map((entry) => [entry.id, entry] as const)));
  const pick = (id: string) => {
    openDialog(null);
    // Once the palette is gone: what is picked may want the focus.
    requestAnimationFrame(() => byId.get(id)?.run());
  };
  return (
    <Autocomplete inputValue={text} onInputChange={setText}>
      <SearchField className="field palette-search" aria-label="Find a command, view or batch" autoFocus>
        <Input
          className="input"
          placeholder="Find a command, view or batch"
          onKeyDownCapture={(event) => {
            if (event.key !== 'Enter') return;
            // The list marks its first entry a moment after typing, until then one that may be gone; who is quicker means the first.
            const marked = document.getElementById(event.currentTarget.getAttribute('aria-activedescendant') ?? '');
            const id = marked?.dataset['key'] ?? byId.keys().next().value;
            event.stopPropagation();
            event.preventDefault();
            if (id !== undefined) pick(id);
          }}
        />
      </SearchField>
      <Menu
        className="list"
        aria-label="Commands, views and batches"
        onAction={(id) => pick(String(id))}
        renderEmptyState={() => <p className="empty-list">Nothing has this name.</p>}
      >
        {sections.map(({ title, entries }) => (
          <MenuSection key={title} id={title}>
            <Header className="list-header">{title}</Header>
            {entries.map(({ id, label, detail, keys }) => (
              <MenuItem key={id} id={id} className="list-item" textValue={label}>
                <Text slot="label" className="list-label" dir="auto">
                  {label}
                </Text>
                {detail !== undefined && (
                  <Text slot="description" className="list-detail">
                    {detail}
                  </Text>
                )}
                {keys !== undefined && <Keyboard className="keys">{keys}</Keyboard>}
              </MenuItem>
            ))}
          </MenuSection>
        ))}
      </Menu>
    </Autocomplete>
  );
}
