import { X } from 'lucide-react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { openDialog, useView } from '../stores/view.ts';
import { gridShortcuts, shortcuts } from './shortcuts.ts';

export function ShortcutSheet() {
  const isOpen = useView((state) => state.dialog === 'shortcuts');
  const isMac = navigator.userAgent.includes('Mac');
  const keysOf = (keys: string) => (isMac ? keys.replace('Ctrl', 'Cmd') : keys);
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
                {[
                  { title: 'Everywhere', list: shortcuts },
                  { title: 'In a grid', list: gridShortcuts },
                ].map(({ title, list }) => (
                  <section key={title}>
                    <h3>{title}</h3>
                    <dl>
                      {list.map(({ keys, words }) => (
                        <div key={keys}>
                          <dt>
                            <kbd>{keysOf(keys)}</kbd>
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
