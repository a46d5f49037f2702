import { formatCount } from '../../../shared/format.ts';
import type { Batch } from '../../../shared/model.ts';
import { call } from '../../bridge.ts';
import { ConfirmDialog } from '../../components/ConfirmDialog.tsx';
import { batchName, loadBatches } from '../../stores/batches.ts';

interface Props {
  readonly batch: Batch;
  /** Absent within a DialogTrigger. */
  readonly onClose?: () => void;
}

/** Asks before the calls of a batch go from this computer. */
export function RemoveBatch({ batch, onClose }: Props) {
  return (
    <ConfirmDialog
      title={`Remove ${batchName(batch)} ${batch.batch_id} from this computer?`}
      confirm="Remove batch"
      onConfirm={async () => {
        await call('batches.remove', { batch: batch.key });
        await loadBatches();
      }}
      {...(onClose === undefined ? {} : { isOpen: true, onOpenChange: (isOpen) => !isOpen && onClose() })}
    >
      <p>
        Its {batch.calls === 1 ? 'call goes' : `${formatCount(batch.calls)} calls go`}, with stars, tags, notes and
        history. Nothing changes at the provider: Look for new batches brings it back, and a sync its calls, but not
        what was noted here nor what had changed.
      </p>
    </ConfirmDialog>
  );
}
