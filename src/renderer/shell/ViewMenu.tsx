import { Bookmark, Check, ChevronDown } from 'lucide-react';
import { useState } from 'react';
import {
  Button,
  Dialog,
  Header,
  Heading,
  Keyboard,
  Menu,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Modal,
  ModalOverlay,
  Popover,
  Separator,
  Text,
} from 'react-aria-components';
import { differsFrom, MOST_NAME_LETTERS, type View } from '../../shared/view.ts';
import { ConfirmDialog } from '../components/ConfirmDialog.tsx';
import { Field } from '../components/Field.tsx';
import {
  deleteView,
  duplicateView,
  exportView,
  freeName,
  importView,
  renameView,
  saveView,
  saveViewAs,
  setDefaultView,
  useSavedViews,
} from '../stores/savedViews.ts';
import { openView, useSelection } from '../stores/selection.ts';
import { openDialog, useView } from '../stores/view.ts';
import { keysInWords } from '../components/keysInWords.ts';

/** The saved view that is open, whether it was changed since, and all that can be done with views. */
export function ViewMenu() {
  const { views, defaultView } = useSavedViews();
  const viewName = useSelection((state) => state.viewName);
  const view = views.find(({ name }) => name === viewName);
  const isChanged = useSelection(
    (state) => view !== undefined && differsFrom(view, { ...state, sort: [...state.sort] }),
  );
  const words = view?.name ?? 'No saved view';
  return (
    <>
      <MenuTrigger>
        <Button className="button view-menu" aria-label={`View: ${words}${isChanged ? ', changed' : ''}`}>
          <Bookmark size={15} aria-hidden />
          <span className="ellipsis" dir="auto" title={words}>
            {words}
          </span>
          {isChanged && <span className="muted">changed</span>}
          <ChevronDown size={14} aria-hidden />
        </Button>
        <Popover className="popover view-list" placement="bottom end">
          <Menu className="list" autoFocus="first">
            {views.length > 0 && (
              <MenuSection>
                <Header className="list-header">Saved views</Header>
                {views.map((one) => (
                  <MenuItem
                    key={one.name}
                    className="list-item"
                    textValue={one.name}
                    aria-label={one.name === view?.name ? `${one.name}, open` : one.name}
                    onAction={() => openView(one)}
                  >
                    <span className="tick">{one.name === view?.name && <Check size={14} aria-hidden />}</span>
                    <Text slot="label" className="list-label" dir="auto">
                      {one.name}
                    </Text>
                    {one.name === defaultView && <span className="list-detail">opens at start</span>}
                  </MenuItem>
                ))}
              </MenuSection>
            )}
            {views.length > 0 && <Separator className="list-line" />}
            <MenuSection>
              <Header className="list-header">{view === undefined ? 'What is in sight' : 'This view'}</Header>
              <Entry label="Save" keys="Ctrl+S" onAction={saveView} isDisabled={view !== undefined && !isChanged} />
              <Entry label="Save as a new view…" keys="Ctrl+Shift+S" onAction={() => openDialog('saveView')} />
              {view !== undefined && (
                <>
                  <Entry label="Back to how it was saved" onAction={() => openView(view)} isDisabled={!isChanged} />
                  <Entry label="Rename…" onAction={() => openDialog('renameView')} />
                  <Entry label="Duplicate" onAction={() => duplicateView(view)} />
                  <Entry
                    label={view.name === defaultView ? 'Do not open at start' : 'Open at start'}
                    onAction={() => setDefaultView(view.name === defaultView ? null : view.name)}
                  />
                  <Entry label="Delete…" onAction={() => openDialog('deleteView')} />
                </>
              )}
              <Entry label="Export to a file…" onAction={exportView} />
              <Entry label="Import from a file…" onAction={() => void importView()} />
            </MenuSection>
          </Menu>
        </Popover>
      </MenuTrigger>
      {/* Saving changes no more than a word, which nobody hears. */}
      <span className="visually-hidden" role="status" aria-label="View state">
        {view === undefined ? '' : `View ${view.name} ${isChanged ? 'changed' : 'as saved'}`}
      </span>
      <NameDialog dialog="saveView" view={undefined} />
      {view !== undefined && (
        <>
          <NameDialog dialog="renameView" view={view} />
          <DeleteDialog view={view} />
        </>
      )}
    </>
  );
}

interface EntryProps {
  readonly label: string;
  readonly keys?: string;
  readonly onAction: () => void;
  readonly isDisabled?: boolean;
}

function Entry({ label, keys, onAction, isDisabled = false }: EntryProps) {
  return (
    <MenuItem className="list-item" textValue={label} onAction={onAction} isDisabled={isDisabled}>
      <Text slot="label" className="list-label">
        {label}
      </Text>
      {keys !== undefined && <Keyboard className="keys">{keysInWords(keys)}</Keyboard>}
    </MenuItem>
  );
}

/** Asks for a name: for a new view, or another one for `view`. */
function NameDialog({ dialog, view }: { readonly dialog: 'saveView' | 'renameView'; readonly view: View | undefined }) {
  const isOpen = useView((state) => state.dialog === dialog);
  return (
    <ModalOverlay
      className="overlay"
      isOpen={isOpen}
      onOpenChange={(open) => openDialog(open ? dialog : null)}
      isDismissable
    >
      <Modal className="modal">
        <Dialog className="dialog">
          <NameForm view={view} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function NameForm({ view }: { readonly view: View | undefined }) {
  const views = useSavedViews((state) => state.views);
  const [name, setName] = useState(view?.name ?? freeName('My view'));
  const wanted = name.trim();
  const isTaken = wanted !== view?.name && views.some((other) => other.name === wanted);
  const save = () => {
    if (wanted === '' || (isTaken && view !== undefined)) return;
    openDialog(null);
    if (view === undefined) saveViewAs(wanted);
    else renameView(view, wanted);
  };
  return (
    <form
      className="dialog-body"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <Heading slot="title">{view === undefined ? 'Save as a new view' : `Rename ${view.name}`}</Heading>
      <Field
        label="Name"
        value={name}
        onChange={(value) => setName(value.slice(0, MOST_NAME_LETTERS))}
        autoFocus
        hint={
          isTaken
            ? 'There is a view of this name; saving replaces it.'
            : 'Keeps search, filters, batches, order, columns and pivot.'
        }
        problem={isTaken && view !== undefined ? 'There is a view of this name. Choose another.' : undefined}
      />
      <div className="dialog-foot">
        <Button className="button" slot="close">
          Cancel
        </Button>
        <Button className="button primary" type="submit" isDisabled={wanted === '' || (isTaken && view !== undefined)}>
          {isTaken ? 'Replace' : view === undefined ? 'Save' : 'Rename'}
        </Button>
      </div>
    </form>
  );
}

function DeleteDialog({ view }: { readonly view: View }) {
  const isOpen = useView((state) => state.dialog === 'deleteView');
  return (
    <ConfirmDialog
      title={`Delete ${view.name}?`}
      confirm="Delete view"
      onConfirm={() => deleteView(view)}
      isOpen={isOpen}
      onOpenChange={(open) => openDialog(open ? 'deleteView' : null)}
    >
      <p>The saved view goes. No call is deleted, and what is in sight stays as it is.</p>
    </ConfirmDialog>
  );
}
