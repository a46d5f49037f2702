import { X } from 'lucide-react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { forgetExport, useExport } from '../../stores/exportJob.ts';
import { openDialog, useView } from '../../stores/view.ts';
import { ExportForm } from './ExportForm.tsx';
import { ExportJob } from './ExportJob.tsx';

/** Calls (and the pivot) into an Excel workbook, CSV or Parquet. */
export function ExportDialog() {
  const isOpen = useView((state) => state.dialog === 'export');
  const { job } = useExport();
  const change = (open: boolean) => {
    if (!open && job !== null && job.state !== 'running') forgetExport();
    openDialog(open ? 'export' : null);
  };
  return (
    <ModalOverlay className="overlay" isOpen={isOpen} onOpenChange={change}>
      <Modal className={job === null ? 'modal wide' : 'modal'}>
        <Dialog className="dialog">
          {({ close }) => (
            <>
              <header className="dialog-head">
                <Heading slot="title">Export</Heading>
                <Button className="icon-button" aria-label="Close" onPress={close}>
                  <X size={16} aria-hidden />
                </Button>
              </header>
              {job === null ? <ExportForm /> : <ExportJob job={job} onClose={close} />}
            </>
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
