import { X } from 'lucide-react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { actionIds, actions, menus } from '../../shared/actions.ts';
import { openDialog, useView } from '../stores/view.ts';
import { keysInWords } from '../components/keysInWords.ts';
import { gridShortcuts, pivotShortcuts } from './shortcuts.ts';

interface Line {
  readonly keys: string;
  readonly words: string;
}

const menuTitles = { File: 'Views, export, sync', View: 'What is shown', Go: 'Going places', Help: 'Help' } as const;

const sections: readonly { readonly title: string; readonly lines: readonly Line[] }[] = [
  ...menus.map((menu) => ({
    title: menuTitles[menu],
    lines: actionIds.flatMap((id): Line[] => {
      const { keys, label } = actions[id];
      return actions[id].menu !== menu || keys === undefined
        ? []
        : [{ keys: keys.slice(0, 2).join(' or '), words: label }];
    }),
  })),
  { title: 'In a grid', lines: gridShortcuts },
  { title: 'On a field or measure of the pivot', lines: pivotShortcuts },
  { title: 'Anywhere', lines: [{ keys: 'Esc', words: 'Close the call, the dialog, the menu' }] },
];

export function ShortcutSheet() {
  const isOpen = useView((state) => state.dialog === 'shortcuts');
  return (
    <ModalOverlay
      className="overlay"
      isOpen={isOpen}
      onOpenChange={(open) => openDialog(open ? 'shortcuts' : null)}
      isDismissable
    >
      <Modal className="modal wide">
        <Dialog className="dialog">
          {({ close }) => (
            <>
              <header className="dialog-head">
                <Heading slot="title">Keyboard shortcuts</Heading>
                <Button className="icon-button" aria-label="Close" onPress={close}>
                  <X size={16} aria-hidden />
                </Button>
              </header>
              <div className="sheet">
                {sections.map(({ title, lines }) => (
                  <section key={title}>
                    <h3>{title}</h3>
                    <dl>
                      {lines.map(({ keys, words }) => (
                        <div key={keys}>
                          <dt>
                            <kbd>{keysInWords(keys)}</kbd>
                          </dt>
                          <dd>{words}</dd>
                        </div>
                      ))}
                    </dl>
                  </section>
                ))}
              </div>
            </>
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
