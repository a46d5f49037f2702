import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { formatCount } from '../../../shared/format.ts';
import type { Batch } from '../../../shared/model.ts';
import { call } from '../../bridge.ts';
import { batchName, loadBatches } from '../../stores/batches.ts';
import { tell } from '../../stores/notices.ts';

/** Asks before the calls of a batch go from this computer. null: nothing is asked. */
export function RemoveBatch({ batch, onClose }: { readonly batch: Batch | null; readonly onClose: () => void }) {
  const remove = async (key: string) => {
    onClose();
    try {
      await call('batches.remove', { batch: key });
      await loadBatches();
    } catch (thrown) {
      tell(thrown);
    }
  };
  return (
    <ModalOverlay
      className="overlay"
      isOpen={batch !== null}
      onOpenChange={(isOpen) => !isOpen && onClose()}
      isDismissable
    >
      <Modal className="modal">
        <Dialog className="dialog" role="alertdialog">
          {batch !== null && (
            <div className="dialog-body">
              <Heading slot="title">
                Remove {batchName(batch)} {batch.batch_id}?
              </Heading>
              <p>
                Its {formatCount(batch.calls)} calls with their history go from this computer. Nothing changes at the
                provider: Look for new batches brings it back, and a sync its calls, but not their history.
              </p>
              <div className="dialog-foot">
                <Button className="button" slot="close">
                  Cancel
                </Button>
                <Button className="button danger" onPress={() => void remove(batch.key)}>
                  Remove batch
                </Button>
              </div>
            </div>
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
